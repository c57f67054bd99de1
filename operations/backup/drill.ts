import { createPrivateKey, X509Certificate } from "node:crypto";
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { userInfo } from "node:os";
import { dirname, join } from "node:path";
import type { DrillRecord } from "../../checklist/records/drill-record.ts";
import type { Environment } from "../../components/shared/environments.ts";
import { errorMessage } from "../errors.ts";
import { writeFileAtomically } from "../local/files.ts";
import { withPostgres } from "../with-postgres.ts";
import type { BackupSource, Repository } from "./backup-source.ts";
import { countRestoredKeys } from "./redis-restore.ts";
import { planFromRepository, type RestoreResult, type RestoreStep, restore } from "./restore.ts";
import { formatTarget, type RestoreTarget } from "./restore-target.ts";
import { RPO_MS, waitForSegment } from "./wal-archive.ts";

export interface DrillOptions {
  readonly environment: Environment;
  readonly target: RestoreTarget;
  readonly postgres: string;
  readonly keyFile: string;
  /** The running data services; without them, the data loss cannot be measured. */
  readonly source: BackupSource | undefined;
  readonly onStep: (step: RestoreStep | "RPO" | "Redis" | "clean up", detail?: string) => void;
}

/** What a drill found. */
export interface DrillResult {
  readonly passed: boolean;
  readonly records: readonly DrillRecord[];
}

type Check = DrillRecord["checks"][number];

/** RTO: a restore takes at most an hour (components/monitoring/rules/thresholds.ts). */
const RTO_SECONDS = 3600;

/** Restores into a temporary directory, checks the result, measures RTO and RPO, and removes the directory. */
export async function runDrill(repository: Repository, options: DrillOptions): Promise<DrillResult> {
  const startedAt = new Date();
  // A mistyped point is not a failed drill, and is rejected before anything is measured or recorded.
  if (options.target.kind !== "latest")
    await planFromRepository(repository, options.target, { now: startedAt });
  // Next to the repository: the system's temporary directory may be in memory, or too small for a database.
  const into = mkdtempSync(join(dirname(repository.paths.root), "drill-"));
  try {
    const rpo = await measureRpo(repository, options);
    const begin = performance.now();
    const outcome = await attempt(() =>
      restore(repository, {
        target: options.target,
        into: prepare(into),
        postgres: options.postgres,
        keyFile: options.keyFile,
        confirm: async () => undefined,
        onStep: options.onStep,
      }),
    );
    const rtoSeconds = seconds(performance.now() - begin);
    options.onStep("Redis");
    const redis = outcome.kind === "done" ? await attempt(() => countRestoredKeys(into)) : outcome;
    const records = createRecords({ startedAt, outcome, rtoSeconds, rpo, redis, into, options });
    writeFileAtomically(repository.paths.metrics, renderMetrics(records), 0o644);
    return { passed: records.every(({ result }) => result === "pass"), records };
  } finally {
    options.onStep("clean up");
    rmSync(into, { recursive: true, force: true });
  }
}

/** The user postgres must be able to enter its part of the directory. */
function prepare(into: string): string {
  if (process.getuid?.() === 0) chmodSync(into, 0o711);
  return into;
}

const seconds = (ms: number): number => Math.round(ms) / 1000;

type Outcome<Answer> =
  | { readonly kind: "done"; readonly answer: Answer }
  | { readonly kind: "failed"; readonly reason: string };

async function attempt<Answer>(work: () => Promise<Answer>): Promise<Outcome<Answer>> {
  try {
    return { kind: "done", answer: await work() };
  } catch (error) {
    return { kind: "failed", reason: errorMessage(error) };
  }
}

/**
 * Commits a marker and waits until the archive contains it: for so long, a change would be lost with the disk.
 * The marker is a message in the WAL, so no table is changed.
 */
async function measureRpo(
  repository: Repository,
  { source, onStep }: DrillOptions,
): Promise<Outcome<number> | undefined> {
  if (source === undefined) return undefined;
  onStep("RPO", "waiting until a change of this moment is archived");
  const { connection, database } = source.postgres;
  return attempt(() =>
    withPostgres({ ...connection, database }, async (client) => {
      const begin = performance.now();
      const { rows } = await client.query<{ segment: string }>(
        "SELECT pg_walfile_name(pg_logical_emit_message(true, 'spacetime-vr', 'restore drill')) AS segment",
      );
      await waitForSegment(client, repository, rows[0]?.segment ?? "", {
        timeoutMs: RPO_MS,
        intervalMs: 500,
      });
      return seconds(performance.now() - begin);
    }),
  );
}

interface DrillFindings {
  readonly startedAt: Date;
  readonly outcome: Outcome<RestoreResult>;
  readonly rtoSeconds: number;
  readonly rpo: Outcome<number> | undefined;
  readonly redis: Outcome<number>;
  readonly into: string;
  readonly options: Pick<DrillOptions, "environment" | "target">;
}

function createRecords(findings: DrillFindings): DrillRecord[] {
  const { outcome, options } = findings;
  const { target } = options;
  const records = [databaseRecord(findings)];
  if (outcome.kind === "failed") return records;
  if (target.kind === "time") records.push(pointInTimeRecord(findings, outcome.answer, target.at));
  records.push(redisRecord(findings), secretsRecord(findings));
  return records;
}

function createRecord(
  { startedAt, options, outcome }: DrillFindings,
  drill: DrillRecord["drill"],
  checks: readonly Check[],
  measured: DrillRecord["measured"],
): DrillRecord {
  const id = outcome.kind === "done" ? outcome.answer.snapshot : formatTarget(options.target);
  return {
    version: 1,
    drill,
    environment: options.environment,
    startedAt: startedAt.toISOString(),
    finishedAt: new Date().toISOString(),
    operator: `backup drill, run by ${userInfo().username}`,
    result: checks.every(({ passed }) => passed) ? "pass" : "fail",
    measured,
    checks: [...checks],
    subject: { kind: "restore-point", id },
  };
}

function databaseRecord(findings: DrillFindings): DrillRecord {
  const { outcome, rtoSeconds, rpo } = findings;
  const restored: Check =
    outcome.kind === "done"
      ? { name: "the database was restored and replayed", passed: true }
      : { name: "the database was restored and replayed", passed: false, detail: outcome.reason };
  const data = outcome.kind === "done" ? outcome.answer.data : undefined;
  const checks: Check[] = [
    restored,
    {
      name: `the restore took at most ${RTO_SECONDS} s`,
      passed: rtoSeconds <= RTO_SECONDS,
      detail: `${rtoSeconds} s`,
    },
    ...(data === undefined
      ? []
      : [
          {
            name: "all tables can be read and their rows are those of the restore point",
            passed: data.problems.length === 0,
            detail: data.tables.map(({ name, rows }) => `${name}: ${rows}`).join(", "),
          },
          {
            name: "records were decrypted with the restored keys",
            passed: true,
            detail: `${data.decrypted.players} players, ${data.decrypted.world} world objects; newest change ${data.newestChange ?? "none"}`,
          },
        ]),
  ];
  if (rpo !== undefined)
    checks.push({
      name: `a change is archived within ${RPO_MS / 1000} s`,
      passed: rpo.kind === "done",
      detail: rpo.kind === "done" ? `${rpo.answer} s` : rpo.reason,
    });
  else
    checks.push({
      name: "the data loss was measured",
      passed: false,
      detail: "the deployment is not running",
    });
  const rpoSeconds = rpo?.kind === "done" ? { rpoSeconds: rpo.answer } : {};
  return createRecord(findings, "database-restore", checks, { rtoSeconds, ...rpoSeconds });
}

function pointInTimeRecord(findings: DrillFindings, { data }: RestoreResult, at: Date): DrillRecord {
  const last = data?.lastTransactionAt;
  const offset = last === undefined ? undefined : seconds(at.getTime() - Date.parse(last));
  const check: Check = {
    name: "the last replayed transaction is not after the requested time",
    passed: offset !== undefined && offset >= 0,
    detail: `requested ${at.toISOString()}, last transaction ${last ?? "none"}`,
  };
  const measured = offset === undefined || offset < 0 ? {} : { offsetSeconds: offset };
  return createRecord(findings, "point-in-time-recovery", [check], measured);
}

function redisRecord(findings: DrillFindings): DrillRecord {
  const { redis, rtoSeconds } = findings;
  const check: Check = {
    name: "Redis loads the restored snapshot",
    passed: redis.kind === "done",
    detail: redis.kind === "done" ? `${redis.answer} keys` : redis.reason,
  };
  const keys = redis.kind === "done" ? { restoredKeys: redis.answer } : {};
  return createRecord(findings, "redis-restore", [check], { rtoSeconds, ...keys });
}

function secretsRecord(findings: DrillFindings): DrillRecord {
  const { into } = findings;
  const restoredSecrets = listNames(join(into, "secrets")).filter(
    (name) => statSync(join(into, "secrets", name)).size > 0,
  ).length;
  const pairs = listNames(join(into, "tls")).filter((name) => name.endsWith(".crt"));
  const broken = pairs.filter((name) => !hasUsableCertificate(join(into, "tls"), name));
  const checks: Check[] = [
    { name: "the secrets were restored", passed: restoredSecrets > 0, detail: `${restoredSecrets} secrets` },
    {
      name: "each restored certificate matches its key and has not expired",
      passed: broken.length === 0,
      detail: broken.length === 0 ? `${pairs.length} certificates` : broken.join(", "),
    },
  ];
  return createRecord(findings, "secrets-restore", checks, {
    restoredSecrets,
    reissuedCertificates: broken.length,
  });
}

function listNames(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}

function hasUsableCertificate(directory: string, name: string): boolean {
  try {
    const certificate = new X509Certificate(readFileSync(join(directory, name)));
    if (Date.parse(certificate.validTo) <= Date.now()) return false;
    const keyFile = join(directory, name.replace(/\.crt$/, ".key"));
    if (statSync(keyFile, { throwIfNoEntry: false }) === undefined) return true;
    return certificate.checkPrivateKey(createPrivateKey(readFileSync(keyFile)));
  } catch {
    return false;
  }
}

/** The results in the text format of Prometheus, for the textfile collector of the node exporter. */
export function renderMetrics(records: readonly DrillRecord[]): string {
  const lines = [
    "# HELP spacetime_restore_drill_success Whether the last restore drill passed.",
    "# TYPE spacetime_restore_drill_success gauge",
    ...records.map(
      ({ drill, result }) => `spacetime_restore_drill_success{drill="${drill}"} ${result === "pass" ? 1 : 0}`,
    ),
    "# HELP spacetime_restore_drill_timestamp_seconds Unix time of the end of the last restore drill.",
    "# TYPE spacetime_restore_drill_timestamp_seconds gauge",
    ...records.map(
      ({ drill, finishedAt }) =>
        `spacetime_restore_drill_timestamp_seconds{drill="${drill}"} ${Date.parse(finishedAt) / 1000}`,
    ),
    "# HELP spacetime_restore_drill_measured Numbers that the last restore drill measured.",
    "# TYPE spacetime_restore_drill_measured gauge",
    ...records.flatMap(({ drill, measured }) =>
      Object.entries(measured).map(
        ([name, value]) => `spacetime_restore_drill_measured{drill="${drill}",measure="${name}"} ${value}`,
      ),
    ),
  ];
  return `${lines.join("\n")}\n`;
}
