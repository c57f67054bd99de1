/**
 * Proves and measures recovery with a real Postgres: a writer, SIGKILL, a restore to a random moment; no row that was committed before it may
 * be missing, and none from after it present. Then compares the throughput of a backup and a restore with pg_basebackup and cp.
 *
 * node bench/backup.ts [runs] [seconds per run]
 */
import { execFileSync } from "node:child_process";
import { randomInt } from "node:crypto";
import { chmodSync, chownSync, cpSync, mkdirSync, realpathSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { createBackup, restoreBackup } from "../operations/backup/local-backup.ts";
import { readPostmasterPort } from "../operations/backup/recovery-server.ts";
import { findInstalledProgram, findPrograms } from "../operations/local/processes/installed-programs.ts";
import { findPostgresOwner } from "../operations/local/processes/postgres-owner.ts";
import { readSecret } from "../operations/local/services/secrets.ts";
import { type DataServicesFixture, startDataServices } from "../test/e2e/backup/support/data-services.ts";
import { findViolations, startWriter, type WrittenRow } from "../test/e2e/backup/support/writer.ts";

const RUNS = Number(process.argv[2] ?? 20);
const RUN_SECONDS = Number(process.argv[3] ?? 90);
/** Rows of 1 KiB for the throughput: 256 MiB. */
const BULK_ROWS = 262_144;

const confirm = async (): Promise<void> => undefined;
const onStep = (): void => undefined;
const print = (line: string): void => void process.stdout.write(`${line}\n`);
const inSeconds = (ms: number): string => (ms / 1000).toFixed(1);

interface Measured {
  readonly rpoMs: number;
  readonly rtoMs: number;
}

async function restoredIds(services: DataServicesFixture): Promise<Set<string>> {
  const client = await services.connect();
  const { rows } = await client.query<{ id: string }>("SELECT id FROM players");
  await client.end();
  return new Set(rows.map(({ id }) => id));
}

/** The newest acknowledged row that the archive alone brings back, as if the disk were lost. */
async function measureLoss(services: DataServicesFixture, rows: readonly WrittenRow[], killedMs: number) {
  const into = join(services.project, "from-archive");
  const { data } = await restoreBackup(
    { project: services.project },
    { target: { kind: "latest" }, into, confirm, onStep },
  );
  rmSync(into, { recursive: true, force: true });
  const last = Date.parse(data?.lastTransactionAt ?? "1970-01-01");
  const first = rows[0]?.sentMs ?? killedMs;
  return killedMs - Math.max(last, first);
}

async function run(services: DataServicesFixture): Promise<Measured> {
  const writer = await startWriter(services);
  const beginMs = Date.now();
  await pause(RUN_SECONDS * 1000);
  const chosen = new Date(beginMs + randomInt(1000, RUN_SECONDS * 1000 - 1000));
  await services.crash();
  const killedMs = Date.now();
  await writer.stop();
  const rpoMs = await measureLoss(services, writer.rows, killedMs);
  const begin = performance.now();
  await restoreBackup(
    { project: services.project },
    { target: { kind: "time", at: chosen }, confirm, onStep },
  );
  await services.start();
  const restored = await restoredIds(services);
  const rtoMs = performance.now() - begin;
  const { missing, unexpected } = findViolations(writer.rows, restored, chosen.getTime());
  if (missing.length + unexpected.length > 0)
    throw new Error(
      `${missing.length} rows are missing and ${unexpected.length} unexpected at ${chosen.toISOString()}`,
    );
  await createBackup({ project: services.project }, { full: false, onStep });
  return { rpoMs, rtoMs };
}

async function compareThroughput(services: DataServicesFixture): Promise<void> {
  const client = await services.connect();
  await client.query(
    `CREATE TABLE bulk AS SELECT n, (SELECT string_agg(md5((n * 32 + i)::text), '') FROM generate_series(1, 32) i) AS text
     FROM generate_series(1, ${BULK_ROWS}) n`,
  );
  await client.query("CHECKPOINT").catch(() => undefined);
  const { rows } = await client.query<{ bytes: string }>(
    "SELECT pg_database_size(current_database()) AS bytes",
  );
  await client.end();
  const mebibytes = Number(rows[0]?.bytes) / 2 ** 20;
  const report = (name: string, ms: number): void =>
    print(
      `${name.padEnd(32)} ${inSeconds(ms).padStart(7)} s  ${(mebibytes / (ms / 1000)).toFixed(0).padStart(5)} MiB/s`,
    );
  print(`database of ${mebibytes.toFixed(0)} MiB`);
  const time = async (name: string, work: () => unknown): Promise<void> => {
    const begin = performance.now();
    await work();
    report(name, performance.now() - begin);
  };
  const data = join(services.paths.postgres, "data");
  const copy = join(services.project, "copy");
  await time("backup run --full", () => createBackup({ project: services.project }, { full: true, onStep }));
  await time("pg_basebackup", () => runBaseBackup(services, data, copy));
  rmSync(copy, { recursive: true, force: true });
  await services.stop();
  await time("cp", () => cpSync(data, copy, { recursive: true }));
  rmSync(copy, { recursive: true, force: true });
  const into = join(services.project, "restored");
  await time("backup restore (checked twice)", () =>
    restoreBackup({ project: services.project }, { target: { kind: "latest" }, into, confirm, onStep }),
  );
}

function runBaseBackup(services: DataServicesFixture, data: string, into: string): void {
  const initdb = realpathSync(findPrograms([]).postgres?.initdb ?? findInstalledProgram("initdb") ?? "");
  const owner = findPostgresOwner();
  mkdirSync(into, { mode: 0o700 });
  if (owner !== undefined && owner !== "none") chownSync(into, owner.uid, owner.gid);
  chmodSync(into, 0o700);
  const address = ["-h", "127.0.0.1", "-p", String(readPostmasterPort(data)), "-U", "postgres"];
  execFileSync(join(dirname(initdb), "pg_basebackup"), ["-D", into, "--checkpoint=fast", ...address], {
    ...(owner === "none" ? {} : owner),
    cwd: "/",
    env: {
      PATH: process.env.PATH,
      HOME: "/",
      PGPASSWORD: readSecret(services.paths.secrets, "postgres-admin-password"),
    },
    stdio: "pipe",
  });
}

const services = await startDataServices();
try {
  await createBackup({ project: services.project }, { full: false, onStep });
  const measured: Measured[] = [];
  for (let number = 1; number <= RUNS; number += 1) {
    const result = await run(services);
    measured.push(result);
    print(
      `run ${number}: no row missing, no row unexpected; RPO ${inSeconds(result.rpoMs)} s, RTO ${inSeconds(result.rtoMs)} s`,
    );
  }
  if (measured.length > 0) {
    const worst = (pick: (result: Measured) => number): string => inSeconds(Math.max(...measured.map(pick)));
    print(
      `worst of ${measured.length}: RPO ${worst(({ rpoMs }) => rpoMs)} s, RTO ${worst(({ rtoMs }) => rtoMs)} s`,
    );
  }
  await compareThroughput(services);
} finally {
  await services.remove();
}
