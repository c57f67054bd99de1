import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { listText, previewText, verificationText } from "../../cli/commands/backup-text.ts";
import { planRestore } from "../../operations/backup/restore-target.ts";
import { createPoint } from "../operations/backup/support/points.ts";
import { runCliInProcess } from "../support/run-cli.ts";

let directory = "";
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "spacetime-vr-backup-cli-"));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const run = (...args: string[]) => runCliInProcess(directory, ["backup", ...args]);

test("--help explains the key, the confirmation and the exit codes", async () => {
  const { exitCode, stdout } = await run("--help");
  expect(exitCode).toBe(0);
  for (const text of ["list", "verify", "drill", "keep a copy", "Exit codes: 0 success"])
    expect(stdout).toContain(text);
});

test("a restore without a point, to an ambiguous time or along an impossible timeline is a usage error", async () => {
  expect(await run("restore")).toMatchObject({ exitCode: 2, stderr: expect.stringMatching(/--point/) });
  const time = await run("restore", "--point", "2026-11-28T02:15:00");
  expect(time).toMatchObject({ exitCode: 2, stderr: expect.stringMatching(/a time with its time zone/) });
  expect(await run("restore", "--point", "latest", "--timeline", "0")).toMatchObject({ exitCode: 2 });
});

test("a key file that is missing or truncated is named, and its content is not shown", async () => {
  const missing = await run("list", "--key-file", join(directory, "absent"));
  expect(missing).toMatchObject({
    exitCode: 2,
    stderr: expect.stringMatching(/--key-file.*absent.*cannot be read/),
  });
  writeFileSync(join(directory, "short"), "planted");
  const short = await run("list", "--key-file", join(directory, "short"));
  expect(short.exitCode).toBe(1);
  expect(short.stderr).toMatch(/must have at least 32 characters/);
  expect(short.stderr).not.toContain("planted");
});

test("a restore into a directory with other files is rejected, and neither they nor their permissions change", async () => {
  const project = join(directory, "project");
  mkdirSync(project, { mode: 0o755 });
  chmodSync(project, 0o755);
  writeFileSync(join(project, "README.md"), "");
  expect(await run("restore", "--point", "latest", "--into", project)).toMatchObject({
    exitCode: 2,
    stderr: expect.stringMatching(/--into.*project.*contains README.md.*new or empty directory/),
  });
  expect(await run("restore", "--point", "latest", "--into", join(project, "README.md"))).toMatchObject({
    exitCode: 2,
    stderr: expect.stringMatching(/is not a directory/),
  });
  expect(readdirSync(project)).toEqual(["README.md"]);
  expect(statSync(project).mode & 0o777).toBe(0o755);
});

test.each([["list"], ["verify"], ["drill"], ["restore", "--point", "latest"]])(
  "%s of a mistyped repository does not create one and report that nothing is damaged",
  async (...command) => {
    const absent = join(directory, "absent");
    expect(await run(...command, "--repository", absent)).toMatchObject({
      exitCode: 2,
      stderr: expect.stringMatching(/--repository.*absent.*does not exist/),
    });
    expect(existsSync(absent)).toBe(false);
    expect(await run(...command, "--repository", directory)).toMatchObject({
      exitCode: 2,
      stderr: expect.stringMatching(/is not a backup repository/),
    });
  },
);

test("a backup into a directory with other files is rejected", async () => {
  writeFileSync(join(directory, "README.md"), "");
  expect(await run("run", "--repository", directory)).toMatchObject({
    exitCode: 2,
    stderr: expect.stringMatching(/contains README.md.*existing repository/s),
  });
});

test("an empty repository is not reported as intact", () => {
  const text = verificationText({ points: [], files: 0, newSegments: 0, damaged: [] });
  expect(text).toContain("no restore points, so nothing was verified");
});

const backup = {
  label: "20261128-020226F",
  type: "full" as const,
  error: false,
  reference: null,
  archive: { start: "000000010000000000000002", stop: "000000010000000000000002" },
  lsn: { start: "0/0", stop: "0/0" },
  timestamp: { start: 0, stop: 0 },
  info: { size: 1, repository: { delta: 3 * 2 ** 20 } },
};

test("what a restore loses is shown in minutes before the question", () => {
  const plan = planRestore(
    { kind: "point", name: "first" },
    {
      points: [createPoint("first", backup.label)],
      backups: [backup],
      now: new Date("2026-11-28T03:00:00Z"),
    },
  );
  const live = { changedAt: new Date("2026-11-28T02:35:10Z"), directory: "/srv/postgres/data" };
  const text = previewText({ plan, live, resumed: false });
  expect(text).toContain("It replaces /srv/postgres/data, last changed 2026-11-28T02:35:10.000Z.");
  expect(text).toContain("Changes after 2026-11-28T02:00:00.000Z are lost: up to 36 minutes");
});

test("an interrupted, a damaged and a complete restore point are told apart, and a failing archive is shown", () => {
  const text = listText({
    repository: "/srv/backup",
    points: [
      { kind: "complete", point: createPoint("first", backup.label) },
      { kind: "incomplete", name: "half" },
      { kind: "damaged", name: "bad", file: "points/bad/manifest.json", reason: "is truncated or damaged" },
    ],
    backups: [{ label: backup.label, type: "full", bytes: 3 * 2 ** 20 }],
    archive: { state: { kind: "failing", segment: "5" }, description: "WAL segment 5 cannot be archived" },
  });
  expect(text).toContain("repository /srv/backup: 1 base backups (3.0 MiB)");
  expect(text).toMatch(/archive +WAL segment 5 cannot be archived/);
  expect(text).toMatch(/first +2026-11-28T02:00:00.000Z {2}2 rows, no Redis/);
  expect(text).toMatch(/half +incomplete/);
  expect(text).toMatch(/bad +damaged: points\/bad\/manifest.json is truncated/);
});

test("each damaged file is listed with its reason", () => {
  const damaged = [{ path: "pgbackrest/backup.info", reason: "is missing" }];
  const text = verificationText({ points: ["first"], files: 17, newSegments: 2, damaged });
  expect(text).toBe(
    "damaged: 1 files (17 files and 2 new WAL segments read; 1 restore points)\n  pgbackrest/backup.info is missing\n",
  );
});
