import { appendJsonLine, readJson, readJsonLines, writeJson } from "../files.ts";
import type { LocalPaths } from "../paths.ts";

export type DeployAction = "up" | "rollback";

/** An entry of the deployment history. */
export interface HistoryEntry {
  /** ISO 8601. */
  readonly at: string;
  readonly action: DeployAction;
  readonly release: string;
  /** The previous release; undefined if none was running. */
  readonly from?: string | undefined;
  readonly result: "good" | "failed";
  /** `10/10`; absent if verification did not run. */
  readonly verified?: string | undefined;
  readonly seconds: number;
  /** Number of sessions that moved to the new server. */
  readonly sessionsMoved?: number | undefined;
  readonly reason?: string | undefined;
}

/** The current release, also while the deployment is down. */
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

/** Returns the verified releases, most recently verified first, each once. */
export function verifiedReleases(history: readonly HistoryEntry[]): string[] {
  const good = history.filter(({ result }) => result === "good").map(({ release }) => release);
  return [...new Set(good.reverse())];
}
