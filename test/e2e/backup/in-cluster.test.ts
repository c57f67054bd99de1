import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { drillRecordSchema } from "../../../checklist/records/drill-record.ts";
import { listFiles } from "../../../operations/backup/repository.ts";
import { describeWithTools } from "../../support/tools.ts";
import {
  type InClusterBackups,
  type ScriptResult,
  startInClusterBackups,
} from "./support/in-cluster-backups.ts";

const TOOLS = ["initdb", "pgbackrest", "redis-server", "openssl", "gcc"];

/** The name of the segment that Postgres writes, after it switched to the next one. */
function switchSegment(backups: InClusterBackups): string {
  const [name = ""] = backups
    .query("SELECT pg_walfile_name(pg_logical_emit_message(true, 'test', 'x')), pg_switch_wal()")
    .split("|");
  return name;
}

describeWithTools(TOOLS, "the backups of a cluster, run as planned", () => {
  let backups: InClusterBackups;
  beforeAll(async () => {
    backups = await startInClusterBackups();
    backups.query("CREATE TABLE players (id text PRIMARY KEY)");
    backups.query("INSERT INTO players SELECT 'before-' || i FROM generate_series(1, 100) i");
  });
  afterAll(() => backups?.remove());

  const archive = (name: string): ScriptResult =>
    backups.run("postgres", "pgbackrest-archive-wal.sh", [name], { WAL_ANSWER_SECONDS: "20" });

  const restartArchiver = async (env: Record<string, string>): Promise<void> => {
    await backups.stopArchiver();
    await backups.startArchiver(env);
  };

  test("WAL reaches the repository encrypted, although the pod of Postgres has no key", () => {
    const checked = backups.run("repository", "check-archive.sh");
    expect(checked.output).toContain("a new segment was archived");
    expect(checked.code).toBe(0);
    const [segment = ""] = listFiles(backups.repository, backups.repository).filter((path) =>
      /[0-9A-F]{24}-/.test(path),
    );
    const header = readFileSync(join(backups.repository, segment)).subarray(0, 8).toString("latin1");
    // What `openssl enc` and pgBackRest write before encrypted data.
    expect(header).toBe("Salted__");
  });

  test("the first run takes a full backup, the next one finds it recent enough, and a later one takes a differential one", () => {
    const first = backups.run("repository", "backup-postgres.sh");
    expect(first.output).toMatch(/backup: full[\s\S]*status: ok/);
    expect(first.code).toBe(0);
    const second = backups.run("repository", "backup-postgres.sh");
    expect(second).toMatchObject({ code: 0, output: expect.stringContaining("is recent enough") });
    const full = backups.run("repository", "backup-postgres.sh", ["--full"]);
    expect(full).toMatchObject({ code: 0, output: expect.stringContaining("backup: full") });
  });

  test("a repository whose volume is full is reported as full, and the segment is kept", async () => {
    const library = join(backups.directory, "full-disk.so");
    execFileSync("gcc", ["-shared", "-fPIC", "-o", library, "test/e2e/backup/support/full-disk.c", "-ldl"]);
    await backups.stopArchiver();
    const segment = switchSegment(backups);
    await backups.stopRepository();
    await backups.startRepository({
      LD_PRELOAD: library,
      FULL_DIRECTORY: join(backups.repository, "archive"),
    });
    await backups.startArchiver();
    expect(archive(segment)).toMatchObject({
      code: 1,
      output: expect.stringMatching(/^archive-full: .*no space/),
    });
    expect(existsSync(backups.segmentPath(segment))).toBe(true);
    await backups.stopRepository();
    await backups.startRepository();
    expect(archive(segment)).toEqual({ code: 0, output: "" });
  });

  test("a repository that does not answer in time is reported as slow", async () => {
    await restartArchiver({ WAL_PUSH_SECONDS: "2" });
    const segment = switchSegment(backups);
    backups.signalRepository("SIGSTOP");
    const { code, output } = archive(segment);
    backups.signalRepository("SIGCONT");
    expect({ code, output }).toMatchObject({ code: 1, output: expect.stringMatching(/^archive-slow: /) });
  });

  test("a repository that accepts everything and keeps nothing is noticed with the first segment", async () => {
    const directory = join(backups.directory, "accepts-everything");
    mkdirSync(directory);
    const wrapper = join(directory, "pgbackrest");
    writeFileSync(wrapper, '#!/bin/sh\n[ "$1" = archive-push ] && exit 0\nexec /usr/bin/pgbackrest "$@"\n');
    chmodSync(wrapper, 0o755);
    await backups.stopArchiver();
    const segment = switchSegment(backups);
    await backups.startArchiver({ PATH: `${directory}:${process.env.PATH}` });
    expect(archive(segment)).toMatchObject({
      code: 1,
      output: expect.stringMatching(/^archive-keeps-nothing: /),
    });
  });

  test("an archiver that is not running is reported as slow, and nothing is lost when it runs again", async () => {
    await backups.stopArchiver();
    switchSegment(backups);
    // Postgres itself waits for the segment that it switched from.
    const unanswered = backups.run("postgres", "pgbackrest-archive-wal.sh", ["0000000100000000000000FF"], {
      WAL_ANSWER_SECONDS: "1",
    });
    expect(unanswered).toMatchObject({ code: 1, output: expect.stringContaining("archive-slow") });
    await backups.startArchiver();
    expect(backups.run("repository", "check-archive.sh").code).toBe(0);
  });

  test("a segment that disappears from the repository fails the next check, which names it; a new base backup closes the gap", () => {
    for (let count = 0; count < 2; count += 1)
      expect(backups.run("repository", "check-archive.sh").code).toBe(0);
    const segments = listFiles(backups.repository, join(backups.repository, "archive"))
      .filter((path) => /[0-9A-F]{24}-/.test(path))
      .toSorted();
    const lost = segments.at(-2) ?? "";
    rmSync(join(backups.repository, lost));
    const { code, output } = backups.run("repository", "check-archive.sh");
    expect(code).toBe(1);
    expect(output).toContain("archive-gap");
    expect(output).toContain(/[0-9A-F]{24}(?=-)/.exec(lost)?.[0]);
    expect(backups.run("repository", "backup-postgres.sh", ["--full"]).code).toBe(0);
    expect(backups.run("repository", "check-archive.sh").code).toBe(0);
  });

  test("the drill restores what was archived, without Postgres and without network, and writes records that the checklist accepts", async () => {
    backups.query("INSERT INTO players SELECT 'after-' || i FROM generate_series(1, 50) i");
    expect(backups.run("repository", "check-archive.sh").code).toBe(0);
    await backups.stopPostgres();
    await backups.stopRepository();
    rmSync(join(backups.directory, "data"), { recursive: true });
    const snapshot = join(backups.work, "dump.rdb");
    execFileSync("bash", ["-c", writeSnapshot(snapshot)]);
    backups.give(snapshot);
    expect(backups.run("repository", "store-redis.sh").output).toMatch(/snapshot: .*\.rdb\.enc/);

    const restored = backups.run("drill", "drill-restore.sh");
    expect(restored.output).toMatch(
      /drill: restored \d{8}-\d{6}F, [1-9]\d* WAL files, snapshot \d{8}T\d{6}Z/,
    );
    expect(backups.run("drill", "drill-redis.sh").output).toContain("Redis loaded 3 keys");
    const verified = backups.run("drill", "drill-verify.sh");
    const records = verified.output
      .trim()
      .split("\n")
      .map((line) => drillRecordSchema.parse(JSON.parse(line)));
    expect(verified.code).toBe(0);
    expect(records.map(({ drill, result }) => `${drill}: ${result}`)).toEqual([
      "database-restore: pass",
      "redis-restore: pass",
    ]);
    const tables = records[0]?.checks.find(({ name }) => name === "all tables can be read");
    expect(tables?.detail).toBe("players: 150");
    expect(records[1]?.measured.restoredKeys).toBe(3);
    expect(readdirSync(join(backups.repository, "drills"))).toHaveLength(2);
  });

  test("a drill with another key, or without a file of the backup, fails with a record that says why", () => {
    const keyFile = join(backups.directory, "other-key");
    writeFileSync(keyFile, "another-key");
    const drill = (env: Record<string, string>) => {
      const restored = backups.run("drill", "drill-restore.sh", [], env);
      expect(restored.code).toBe(0);
      const { code, output } = backups.run("drill", "drill-verify.sh");
      const record = drillRecordSchema.parse(JSON.parse(output.trim()));
      return { code, result: record.result, detail: record.checks[0]?.detail ?? "" };
    };
    const otherKey = drill({ BACKUP_KEY_FILE: keyFile });
    expect(otherKey).toMatchObject({ code: 1, result: "fail" });
    expect(otherKey.detail).toContain("cannot be restored");

    const bundle = listFiles(backups.repository, join(backups.repository, "backup"))
      .filter((path) => path.includes("/bundle/"))
      .at(-1);
    rmSync(join(backups.repository, bundle ?? "no bundle"));
    const missing = drill({});
    expect(missing).toMatchObject({ code: 1, result: "fail" });
    expect(missing.detail).toContain("cannot be restored");
  });

  function writeSnapshot(path: string): string {
    const directory = dirname(path);
    return `
      redis-server --port 0 --unixsocket ${directory}/write.sock --dir ${directory} --save '' --daemonize yes >/dev/null
      until redis-cli -s ${directory}/write.sock ping >/dev/null 2>&1; do sleep 0.1; done
      for key in one two three; do redis-cli -s ${directory}/write.sock set $key value >/dev/null; done
      redis-cli -s ${directory}/write.sock save >/dev/null
      redis-cli -s ${directory}/write.sock shutdown nosave`;
  }
});
