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
import { PRIVATE, readLines, writeWhole } from "../../../operations/local/files.ts";
import { goodReleases, type HistoryEntry } from "../../../operations/local/history.ts";
import { identify } from "../../../operations/local/identity.ts";
import { lockState, takeLock } from "../../../operations/local/lock.ts";
import { LogFile } from "../../../operations/local/log-file.ts";
import {
  createRelease,
  KEPT_RELEASES,
  listReleases,
  pruneReleases,
  removeHalfWritten,
  requireRelease,
} from "../../../operations/local/releases.ts";
import { ensureSecrets, readSecret, secretFile } from "../../../operations/local/secrets.ts";
import type { LocalSettings } from "../../../operations/local/settings.ts";

let directory = "";
const at = (name: string): string => join(directory, name);

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "spacetime-vr-keeping-"));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const full = (): never => {
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
  createRelease(at("releases"), { server, settings: { ...settings, drainSeconds }, build: undefined });

test("a full disk leaves the old file whole, nothing beside it, and a sentence that says what to do", () => {
  writeWhole(at("current.json"), "old");
  expect(() => writeWhole(at("current.json"), "new", PRIVATE, { write: full })).toThrow(
    /current\.json: has no room: the disk is full\. Free some space/,
  );
  expect(readFileSync(at("current.json"), "utf8")).toBe("old");
  expect(readdirSync(directory)).toEqual(["current.json"]);
});

test("a full disk loses log lines, says so once, and never ends the process that wrote them", () => {
  const troubles: string[] = [];
  const log = new LogFile(at("a.log"), { write: full, onTrouble: (code) => troubles.push(code) });
  for (let line = 0; line < 3; line += 1) log.write("a line\n");
  log.close();
  expect(troubles).toEqual(["ENOSPC"]);
});

test("logs are rotated by size, and only so many are kept", () => {
  const log = new LogFile(at("a.log"), { mostBytes: 20, mostFiles: 3 });
  for (let line = 0; line < 9; line += 1) log.write(`line number ${line}\n`);
  log.close();
  expect(readdirSync(directory).sort()).toEqual(["a.log", "a.log.1", "a.log.2"]);
  expect(readFileSync(at("a.log"), "utf8")).toBe("line number 8\n");
  expect(statSync(at("a.log")).mode & 0o777).toBe(0o600);
});

test("a half-written release is no release: it is refused by name, and removed by the next start", () => {
  const { id } = release(1);
  mkdirSync(at("releases/20260101-000000-aaaaaaaaaa"));
  writeFileSync(at("releases/20260101-000000-aaaaaaaaaa/release.json"), '{"version":1');
  expect(listReleases(at("releases")).map((found) => found.id)).toEqual([id]);
  expect(() => requireRelease(at("releases"), "20260101-000000-aaaaaaaaaa")).toThrow(/is half-written/);
  expect(() => requireRelease(at("releases"), "elsewhere")).toThrow(/is not among those that are kept/);
  expect(removeHalfWritten(at("releases"))).toEqual(["20260101-000000-aaaaaaaaaa"]);
  expect(listReleases(at("releases"))).toHaveLength(1);
});

test("old releases go, but never the current one nor the one to go back to", () => {
  const ids = Array.from({ length: KEPT_RELEASES + 4 }, (_, number) => release(number + 1).id);
  const oldest = listReleases(at("releases")).at(-1)?.id ?? "";
  pruneReleases(at("releases"), [oldest]);
  const kept = listReleases(at("releases")).map(({ id }) => id);
  expect(kept).toHaveLength(KEPT_RELEASES + 1);
  expect(kept).toContain(oldest);
  expect(ids).toEqual(expect.arrayContaining(kept));
});

test("what to go back to is what was verified good last, each release once", () => {
  const entry = (release: string, result: "good" | "failed"): HistoryEntry => ({
    at: "",
    action: "up",
    release,
    result,
    seconds: 1,
  });
  const history = [entry("a", "good"), entry("b", "good"), entry("c", "failed"), entry("a", "good")];
  expect(goodReleases(history)).toEqual(["a", "b"]);
});

test("a history whose last line was cut off by a full disk still tells the rest", () => {
  writeFileSync(at("history.jsonl"), '{"release":"a"}\n{"rele');
  expect(readLines(at("history.jsonl"))).toEqual([{ release: "a" }]);
});

test("secrets are made once, closed to others, and a cut one is refused without being shown", () => {
  expect(ensureSecrets({ secrets: at("secrets"), postgres: at("postgres") })).toHaveLength(8);
  const first = readSecret(at("secrets"), "api-token");
  expect(ensureSecrets({ secrets: at("secrets"), postgres: at("postgres") })).toEqual([]);
  expect(readSecret(at("secrets"), "api-token")).toBe(first);
  expect(Buffer.from(first, "base64url")).toHaveLength(32);
  expect(statSync(secretFile(at("secrets"), "api-token")).mode & 0o777).toBe(0o600);
  writeFileSync(secretFile(at("secrets"), "player-data-key"), "planted");
  expect(() => readSecret(at("secrets"), "player-data-key")).toThrow(/Restore it from a copy/);
  expect(() => readSecret(at("secrets"), "player-data-key")).not.toThrow(/planted/);
});

test("the lock has one holder; one whose process is gone, or whose number is another process's now, is taken over", () => {
  const path = at("lock.json");
  const first = takeLock(path);
  expect(first?.wasStale).toBe(false);
  expect(lockState(path).kind).toBe("held");
  expect(takeLock(path)).toBeUndefined();
  expect(readdirSync(directory)).toEqual(["lock.json"]);
  first?.lock.release();
  expect(existsSync(path)).toBe(false);
  const own = identify(process.pid);
  writeFileSync(path, JSON.stringify({ ...own, started: "another time", nonce: "n", since: "" }));
  expect(lockState(path).kind).toBe("stale");
  const second = takeLock(path);
  expect(second?.wasStale).toBe(true);
  // A holder that lost its lock to another must not take that one's away.
  writeFileSync(path, JSON.stringify({ ...own, nonce: "somebody else's", since: "" }));
  second?.lock.release();
  expect(existsSync(path)).toBe(true);
});
