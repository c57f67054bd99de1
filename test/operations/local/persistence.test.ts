import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import {
  appendJsonLine,
  PRIVATE_FILE_MODE,
  readJsonLines,
  writeFileAtomically,
} from "../../../operations/local/files.ts";
import { LogFile } from "../../../operations/local/processes/log-file.ts";
import { identifyProcess } from "../../../operations/local/processes/process-identity.ts";
import { type HistoryEntry, verifiedReleases } from "../../../operations/local/releases/history.ts";
import {
  createRelease,
  KEPT_RELEASES,
  listReleases,
  pruneReleases,
  removeIncompleteReleases,
  requireRelease,
} from "../../../operations/local/releases/releases.ts";
import { ensureSecrets, readSecret, secretFile } from "../../../operations/local/services/secrets.ts";
import type { LocalSettings } from "../../../operations/local/settings.ts";
import { acquireLock, readLockState } from "../../../operations/local/supervisor/lock.ts";

let directory = "";
const pathOf = (name: string): string => join(directory, name);

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "spacetime-vr-keeping-"));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const failWithDiskFull = (): never => {
  throw Object.assign(new Error("no space"), { code: "ENOSPC" });
};

const settings: LocalSettings = {
  variables: { GODOT_ENV: "local" },
  gateway: {
    domain: "localhost",
    shield: { requestsPerSecond: 1, burst: 1, connections: 1 },
    maxBodyBytes: 1,
  },
  port: 30443,
  drainSeconds: 1,
  database: { kind: "own" },
};
const server = { kind: "reference", version: "1", commit: undefined, digest: "d" } as const;

const release = (drainSeconds: number) =>
  createRelease(pathOf("releases"), { server, settings: { ...settings, drainSeconds }, build: undefined });

test("a full disk leaves the old file unchanged and no temporary file, and the error has a remedy", () => {
  writeFileAtomically(pathOf("current.json"), "old");
  expect(() =>
    writeFileAtomically(pathOf("current.json"), "new", PRIVATE_FILE_MODE, { write: failWithDiskFull }),
  ).toThrow(/current\.json: cannot be written: the disk is full\. Free some space/);
  expect(readFileSync(pathOf("current.json"), "utf8")).toBe("old");
  expect(readdirSync(directory)).toEqual(["current.json"]);
});

test("a full disk loses log lines, is reported once, and does not end the process that wrote them", () => {
  const troubles: string[] = [];
  const log = new LogFile(pathOf("a.log"), {
    write: failWithDiskFull,
    onWriteError: (code) => troubles.push(code),
  });
  for (let line = 0; line < 3; line += 1) log.write("a line\n");
  log.close();
  expect(troubles).toEqual(["ENOSPC"]);
});

test("logs are rotated by size, up to a maximum number of files", () => {
  const log = new LogFile(pathOf("a.log"), { maxBytes: 20, maxFiles: 3 });
  for (let line = 0; line < 9; line += 1) log.write(`line number ${line}\n`);
  log.close();
  expect(readdirSync(directory).sort()).toEqual(["a.log", "a.log.1", "a.log.2"]);
  expect(readFileSync(pathOf("a.log"), "utf8")).toBe("line number 8\n");
  expect(statSync(pathOf("a.log")).mode & 0o777).toBe(0o600);
});

test("an incomplete release is not listed, is rejected by name, and is removed at the next start", () => {
  const { id } = release(1);
  mkdirSync(pathOf("releases/20260101-000000-aaaaaaaaaa"));
  writeFileSync(pathOf("releases/20260101-000000-aaaaaaaaaa/release.json"), '{"version":1');
  expect(listReleases(pathOf("releases")).map((found) => found.id)).toEqual([id]);
  expect(() => requireRelease(pathOf("releases"), "20260101-000000-aaaaaaaaaa")).toThrow(/is incomplete/);
  expect(() => requireRelease(pathOf("releases"), "elsewhere")).toThrow(/is not stored/);
  expect(removeIncompleteReleases(pathOf("releases"))).toEqual(["20260101-000000-aaaaaaaaaa"]);
  expect(listReleases(pathOf("releases"))).toHaveLength(1);
});

test("old releases are pruned, except the current release and the rollback target", () => {
  const ids = Array.from({ length: KEPT_RELEASES + 4 }, (_, number) => release(number + 1).id);
  const oldest = listReleases(pathOf("releases")).at(-1)?.id ?? "";
  pruneReleases(pathOf("releases"), [oldest]);
  const kept = listReleases(pathOf("releases")).map(({ id }) => id);
  expect(kept).toHaveLength(KEPT_RELEASES + 1);
  expect(kept).toContain(oldest);
  expect(ids).toEqual(expect.arrayContaining(kept));
});

test("the rollback candidates are the verified releases, newest first and each once", () => {
  const entry = (release: string, result: "good" | "failed"): HistoryEntry => ({
    at: "",
    action: "up",
    release,
    result,
    seconds: 1,
  });
  const history = [entry("a", "good"), entry("b", "good"), entry("c", "failed"), entry("a", "good")];
  expect(verifiedReleases(history)).toEqual(["a", "b"]);
});

test("a history with truncated or edited lines returns the other entries, and the next one is on its own line", () => {
  writeFileSync(pathOf("history.jsonl"), '{"release":"a"}\nnull\n[]\n1\n{"rele');
  expect(readJsonLines(pathOf("history.jsonl"))).toEqual([{ release: "a" }]);
  appendJsonLine(pathOf("history.jsonl"), { release: "b" });
  appendJsonLine(pathOf("history.jsonl"), { release: "c" });
  expect(readJsonLines<HistoryEntry>(pathOf("history.jsonl")).map((entry) => entry.release)).toEqual([
    "a",
    "b",
    "c",
  ]);
});

test("secrets are generated once with mode 0600; a truncated secret is rejected without being shown", () => {
  expect(ensureSecrets({ secrets: pathOf("secrets"), postgres: pathOf("postgres") })).toHaveLength(9);
  const first = readSecret(pathOf("secrets"), "api-token");
  expect(ensureSecrets({ secrets: pathOf("secrets"), postgres: pathOf("postgres") })).toEqual([]);
  expect(readSecret(pathOf("secrets"), "api-token")).toBe(first);
  expect(Buffer.from(first, "base64url")).toHaveLength(32);
  expect(statSync(secretFile(pathOf("secrets"), "api-token")).mode & 0o777).toBe(0o600);
  writeFileSync(secretFile(pathOf("secrets"), "player-data-key"), "planted");
  expect(() => readSecret(pathOf("secrets"), "player-data-key")).toThrow(/Restore it from a copy/);
  expect(() => readSecret(pathOf("secrets"), "player-data-key")).not.toThrow(/planted/);
});

test("the lock has one holder; a lock of an ended process, or of a reused process ID, is taken over", () => {
  const path = pathOf("lock.json");
  const first = acquireLock(path);
  expect(first?.wasStale).toBe(false);
  expect(readLockState(path).kind).toBe("held");
  expect(acquireLock(path)).toBeUndefined();
  expect(readdirSync(directory)).toEqual(["lock.json"]);
  first?.lock.release();
  expect(existsSync(path)).toBe(false);
  const own = identifyProcess(process.pid);
  writeFileSync(path, JSON.stringify({ ...own, started: "another time", nonce: "n", since: "" }));
  expect(readLockState(path).kind).toBe("stale");
  const second = acquireLock(path);
  expect(second?.wasStale).toBe(true);
  // A holder that lost its lock must not release the lock of another process.
  writeFileSync(path, JSON.stringify({ ...own, nonce: "somebody else's", since: "" }));
  second?.lock.release();
  expect(existsSync(path)).toBe(true);
});
