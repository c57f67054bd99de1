import { appendLine, readJson, readLines, writeJson } from "./files.ts";
import type { LocalPaths } from "./paths.ts";

export type RollAction = "up" | "rollback";

/** One thing that was done to the deployment. */
export interface HistoryEntry {
  /** ISO 8601. */
  readonly at: string;
  readonly action: RollAction;
  readonly release: string;
  /** The release before it; undefined when none ran. */
  readonly from?: string | undefined;
  readonly result: "good" | "failed";
  /** `10/10`; absent when it did not get that far. */
  readonly verified?: string | undefined;
  readonly seconds: number;
  /** Sessions that were handed to the new server. */
  readonly sessionsMoved?: number | undefined;
  readonly reason?: string | undefined;
}

/** The release that serves, or would serve if the deployment were up. */
export interface Current {
  readonly release: string;
  readonly since: string;
}

export function readCurrent(paths: LocalPaths): Current | undefined {
  const current = readJson<Partial<Current>>(paths.current);
  return typeof current?.release === "string" ? (current as Current) : undefined;
}

export function writeCurrent(paths: LocalPaths, release: string): void {
  const current: Current = { release, since: new Date().toISOString() };
  writeJson(paths.current, current);
}

export function readHistory(paths: LocalPaths): HistoryEntry[] {
  return readLines<HistoryEntry>(paths.history);
}

export function writeHistory(paths: LocalPaths, entry: HistoryEntry): void {
  appendLine(paths.history, entry);
}

/** The releases that were verified good, the newest verification first, each once. */
export function goodReleases(history: readonly HistoryEntry[]): string[] {
  const good = history.filter(({ result }) => result === "good").map(({ release }) => release);
  return [...new Set(good.reverse())];
}
