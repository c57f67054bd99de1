import { missingTokenVerdict } from "../access-token.ts";
import { defineCheck, notApplicable, passIf, type Verdict } from "../check.ts";
import type { CheckContext } from "../check-context.ts";
import { describeResponse, parseBody, readyBody, statusBody } from "../contract.ts";
import type { ScrapedMetrics } from "../sources/exposition.ts";
import type { CronJob } from "../sources/kubernetes.ts";
import { maxValue, queryPrometheus } from "../sources/monitoring-client.ts";
import {
  BACKUP_JOBS,
  DATABASE_BACKUP_JOBS,
  POSTGRES_EXPORTER,
  unplannedVerdict,
  WAL_ARCHIVE,
} from "../target/planned-objects.ts";
import type { PlannedObject, Target } from "../target/target.ts";
import {
  evaluateByEnvironment,
  type FindingVerdicts,
  formatNames,
  REQUIRES_ENVIRONMENT_NAME,
} from "./evaluate-by-environment.ts";

import { readFirstSample } from "./metrics-window.ts";

const group = "Data";

type StatefulService = "database" | "redis";

/** Evaluates the readiness that the server reports for a service; `off` passes only if the deployment has no such service. */
export async function evaluateConnection(
  { http, target }: CheckContext,
  service: StatefulService,
): Promise<Verdict> {
  const reply = await http("/ready", { retry: false });
  const state = readyBody.safeParse(reply.json).data?.checks[service];
  const isPlanned =
    target.local === undefined ? target.cluster !== undefined : target.local[service] !== "none";
  if (state === "off" && !isPlanned)
    return notApplicable(`the server runs without ${service === "redis" ? "Redis" : "a database"}`);
  return passIf(state === "ok", {
    reason: service === "redis" ? "The server cannot reach Redis." : "The server cannot reach the database.",
    expected: "ok",
    seen: state ?? describeResponse(reply),
    remedy: `Check the ${service === "redis" ? "GODOT_REDIS" : "GODOT_DATABASE"}_* variables, the log of the service and the network path to it.`,
  });
}

/** Above this ratio, a new server may not get a connection. */
const MAX_CONNECTION_RATIO = 0.8;

export const databaseConnection = defineCheck({
  suite: "health",
  group,
  name: "database-connection",
  title: "The game server can reach the database, and free connections remain.",
  findings: ["answers", "headroom"],
  async run(context) {
    const answers = await evaluateConnection(context, "database");
    if (answers.outcome === "not-applicable") return { findings: { answers, headroom: answers } };
    return { findings: { answers, headroom: await evaluateConnectionHeadroom(context) } };
  },
});

async function evaluateConnectionHeadroom(context: CheckContext): Promise<Verdict> {
  const { prometheus, target } = context;
  if (prometheus === undefined && target.serverUrl === undefined && target.local === undefined) {
    return notApplicable(
      "the gateway does not serve /metrics, by design; set --server-url or --prometheus-url",
    );
  }
  const share =
    prometheus === undefined
      ? await readFirstSample(context, poolUtilization)
      : maxValue(await queryPrometheus(prometheus, connectionRatioQuery(target)));
  return passIf(share !== undefined && share <= MAX_CONNECTION_RATIO, {
    reason: "The database is almost out of connections, or their number is unknown.",
    expected: `${MAX_CONNECTION_RATIO * 100} % or less in use`,
    seen: share === undefined ? "no count" : `${Math.round(share * 100)} %`,
    remedy: "Check GODOT_DATABASE_POOL_SIZE and max_connections of the database.",
  });
}

/** Without an exporter, the servers' own pools are compared with their size. */
function connectionRatioQuery(target: Target): string {
  return unplannedVerdict(target, POSTGRES_EXPORTER) === undefined
    ? "sum(pg_stat_activity_count) / max(pg_settings_max_connections)"
    : 'max(sum by (pod) (spacetime_database_connections{state="used"}) / sum by (pod) (spacetime_database_connections))';
}

/** Ratio of used to open connections; a single used connection does not count as utilization. */
function poolUtilization(scraped: ScrapedMetrics): number | undefined {
  const [used, idle] = ["used", "idle"].map((state) =>
    scraped.sum("spacetime_database_connections", (labels) => labels.state === state),
  );
  if (used === undefined || idle === undefined) return undefined;
  return used <= 1 ? 0 : used / (used + idle);
}

export const databaseSchema = defineCheck({
  suite: "health",
  group,
  name: "database-schema",
  title: "The database schema matches this release.",
  findings: ["version"],
  async run(context) {
    const missing = missingTokenVerdict(context);
    if (missing !== undefined) return { findings: { version: missing } };
    const { http, run } = context;
    const status = parseBody(await http("/status"), statusBody);
    if (status?.persistence.kind === "memory" && context.cluster === undefined) {
      return { findings: { version: notApplicable("the server keeps its state in memory") } };
    }
    // These requests read different tables; another release's schema lacks a table or a column.
    const [world, player] = await Promise.all([http("/world"), http(`/players/${run}-unknown`)]);
    return {
      findings: {
        version: passIf(status?.persistence.state === "ok" && world.status === 200 && player.status === 404, {
          reason: "The database schema does not match this release.",
          expected: "snapshots, world and players can be read",
          seen: `persistence ${status?.persistence.kind ?? "unknown"}, world ${world.status}, players ${player.status}`,
          remedy: "Check GODOT_DATABASE_MIGRATE_ON_START, and read the server's startup log.",
        }),
      },
    };
  },
});

/** Recovery point objective: a restore must not lose more than five minutes. */
const MAX_ARCHIVE_AGE_SECONDS = 300;

export const walArchive = defineCheck({
  suite: "health",
  group,
  name: "wal-archive",
  title: "WAL segments are archived within five minutes, without failures.",
  findings: ["recent", "no-failure"],
  async run(context) {
    const none =
      unplannedVerdict(context.target, WAL_ARCHIVE) ?? missingPrometheusVerdict(context, "database");
    if (none !== undefined) return { findings: { recent: none, "no-failure": none } };
    const query = (expression: string) =>
      queryPrometheus(context.prometheus ?? rejectWithoutPrometheus, expression).then(maxValue);
    const [age, failed] = await Promise.all([
      query("max(pg_stat_archiver_last_archive_age)"),
      query("sum(increase(pg_stat_archiver_failed_count[1h]))"),
    ]);
    const remedy =
      "Run: kubectl -n spacetime logs postgres-0 -c archiver, and follow docs/runbooks/backup.md#walarchivefailing.";
    return {
      findings: {
        recent: passIf(age !== undefined && age <= MAX_ARCHIVE_AGE_SECONDS, {
          reason: "WAL segments are not archived in time.",
          expected: `${MAX_ARCHIVE_AGE_SECONDS} s at most`,
          seen: age === undefined ? "no series" : `${Math.round(age)} s`,
          remedy,
        }),
        "no-failure": passIf(failed === 0, {
          reason: "WAL archiving fails.",
          expected: "no failure in the last hour",
          seen: failed === undefined ? "no series" : String(failed),
          remedy,
        }),
      },
    };
  },
});

export function rejectWithoutPrometheus(): Promise<never> {
  return Promise.reject(new Error("Prometheus is not configured."));
}

/** Returns why Prometheus has no metrics of a service; undefined if it has. */
export function missingPrometheusVerdict(
  { prometheus, target }: CheckContext,
  service: StatefulService,
): Verdict | undefined {
  if (target.local?.[service] === "none") return notApplicable("the server runs standalone here");
  return prometheus === undefined
    ? notApplicable("Prometheus is not available: set --prometheus-url")
    : undefined;
}

/** Backups run daily, plus two hours for a slow one. */
const MAX_BACKUP_AGE_MS = 26 * 3_600_000;

export const backups = defineCheck({
  suite: "health",
  group,
  name: "backups",
  title: "The database, Redis and the secrets have recent backups.",
  findings: ["database", "all-recent"],
  run: (context) =>
    evaluateByEnvironment(context, ["database", "all-recent"], {
      cluster: ({ cronJobs }) => {
        const { database, "all-recent": allRecent } = evaluateBackups(cronJobs, Date.now());
        return {
          database: unplannedVerdict(context.target, DATABASE_BACKUP_JOBS) ?? database,
          "all-recent": unplannedVerdict(context.target, BACKUP_JOBS) ?? allRecent,
        };
      },
      processes: "the restore points of a local deployment are checked by npm run backup -- verify",
      address: REQUIRES_ENVIRONMENT_NAME,
    }),
});

export function evaluateBackups(
  cronJobs: readonly CronJob[],
  now: number,
): FindingVerdicts<"database" | "all-recent"> {
  const jobs = cronJobs.filter((job) => BACKUP_JOBS.matches(job as PlannedObject & CronJob));
  const isRecent = ({ spec, status }: CronJob): boolean =>
    spec?.suspend !== true &&
    now - Date.parse(status?.lastSuccessfulTime ?? "1970-01-01T00:00:00Z") <= MAX_BACKUP_AGE_MS;
  const outdated = jobs.filter((job) => !isRecent(job)).map(({ metadata }) => metadata.name);
  const remedy = "Run: kubectl -n spacetime-backup get jobs, and read the log of the last job.";
  const databaseJobs = jobs.filter(({ metadata }) => /postgres|database/.test(metadata.name));
  return {
    database: passIf(databaseJobs.some(isRecent), {
      reason: "The database has no recent backup.",
      expected: "a backup from the last 26 hours",
      seen: formatNames(
        databaseJobs.map(
          ({ metadata, status }) => `${metadata.name} ${status?.lastSuccessfulTime ?? "never"}`,
        ),
      ),
      remedy,
    }),
    "all-recent": passIf(jobs.length > 0 && outdated.length === 0, {
      reason: jobs.length === 0 ? "No backup is scheduled." : "Backups are outdated or suspended.",
      expected: "every backup from the last 26 hours",
      seen: formatNames(outdated),
      remedy,
    }),
  };
}
