import { appendJsonLine, readJson, readJsonLines, writeJson } from "../files.ts";
import type { LocalPaths } from "../paths.ts";

export type DeployAction = "up" | "rollback";

/** One thing that was done to the deployment. */
export interface HistoryEntry {
  /** ISO 8601. */
  readonly at: string;
  readonly action: DeployAction;
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
export interface CurrentRelease {
  readonly release: string;
  readonly since: string;
}

export function readCurrent(paths: LocalPaths): CurrentRelease | undefined {
  const current = readJson<Partial<CurrentRelease>>(paths.current);
  return typeof current?.release === "string" ? (current as CurrentRelease) : undefined;
}

export function writeCurrent(paths: LocalPaths, release: string): void {
  const current: CurrentRelease = { release, since: new Date().toISOString() };
  writeJson(paths.current, current);
}

export function readHistory(paths: LocalPaths): HistoryEntry[] {
  return readJsonLines<HistoryEntry>(paths.history);
}

export function appendHistory(paths: LocalPaths, entry: HistoryEntry): void {
  appendJsonLine(paths.history, entry);
}

/** The releases that were verified good, the newest verification first, each once. */
export function verifiedReleases(history: readonly HistoryEntry[]): string[] {
  const good = history.filter(({ result }) => result === "good").map(({ release }) => release);
  return [...new Set(good.reverse())];
}
