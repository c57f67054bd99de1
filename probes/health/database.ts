import { missingTokenVerdict } from "../access-token.ts";
import { defineCheck, notApplicable, passIf, type Verdict } from "../check.ts";
import type { CheckContext } from "../check-context.ts";
import { describeResponse, parseBody, readyBody, statusBody } from "../contract.ts";
import type { ScrapedMetrics } from "../sources/exposition.ts";
import type { CronJob } from "../sources/kubernetes.ts";
import { maxValue, queryPrometheus } from "../sources/monitoring-client.ts";
import {
  evaluateByEnvironment,
  type FindingVerdicts,
  formatNames,
  REQUIRES_ENVIRONMENT_NAME,
} from "./evaluate-by-environment.ts";

import { readFirstSample } from "./metrics-window.ts";

const group = "Data";

type StatefulService = "database" | "redis";

/** What the server says of a store; a deployment that has one must not say "off". */
export async function evaluateConnection(
  { http, target }: CheckContext,
  store: StatefulService,
): Promise<Verdict> {
  const reply = await http("/ready", { retry: false });
  const said = readyBody.safeParse(reply.json).data?.checks[store];
  const planned = target.local === undefined ? target.cluster !== undefined : target.local[store] !== "none";
  if (said === "off" && !planned)
    return notApplicable(`the server runs without a ${store === "redis" ? "Redis" : "database"}`);
  return passIf(said === "ok", {
    reason: store === "redis" ? "The server cannot reach Redis." : "The server cannot reach the database.",
    expected: "ok",
    seen: said ?? describeResponse(reply),
    remedy: `See the ${store === "redis" ? "GODOT_REDIS" : "GODOT_DATABASE"}_* variables, the store's log and the network between.`,
  });
}

/** From there on a new server finds no connection. */
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
      : maxValue(
          await queryPrometheus(prometheus, "sum(pg_stat_activity_count) / max(pg_settings_max_connections)"),
        );
  return passIf(share !== undefined && share <= MAX_CONNECTION_RATIO, {
    reason: "The database is almost out of connections, or their number is unknown.",
    expected: `${MAX_CONNECTION_RATIO * 100} % or less in use`,
    seen: share === undefined ? "no count" : `${Math.round(share * 100)} %`,
    remedy: "Check GODOT_DATABASE_POOL_SIZE and max_connections of the database.",
  });
}

/** The used share of the open connections; a single one that is in use is no shortage. */
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
    // Each reads another table; a schema of another release lacks one of them, or a column.
    const [world, player] = await Promise.all([http("/world"), http(`/players/${run}-nobody`)]);
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

/** Seconds: the log must reach the archive within five minutes, or a restore loses more than that. */
const MAX_ARCHIVE_AGE_SECONDS = 300;

export const walArchive = defineCheck({
  suite: "health",
  group,
  name: "wal-archive",
  title: "WAL segments are archived within five minutes, without failures.",
  findings: ["recent", "no-failure"],
  async run(context) {
    const none = missingPrometheusVerdict(context, "database");
    if (none !== undefined) return { findings: { recent: none, "no-failure": none } };
    const ask = (expression: string) =>
      queryPrometheus(context.prometheus ?? rejectWithoutPrometheus, expression).then(maxValue);
    const [age, failed] = await Promise.all([
      ask("max(pg_stat_archiver_last_archive_age)"),
      ask("sum(increase(pg_stat_archiver_failed_count[1h]))"),
    ]);
    const remedy = "Check the database's log for archive_command errors, and the bucket's permissions.";
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

/** Why Prometheus cannot be asked about a store; undefined where it can. */
export function missingPrometheusVerdict(
  { prometheus, target }: CheckContext,
  store: StatefulService,
): Verdict | undefined {
  if (target.local?.[store] === "none") return notApplicable("the server runs standalone here");
  return prometheus === undefined
    ? notApplicable("Prometheus is not available: set --prometheus-url")
    : undefined;
}

/** Backups run daily; two hours for a slow one. */
const MAX_BACKUP_AGE_MS = 26 * 3_600_000;

export const backups = defineCheck({
  suite: "health",
  group,
  name: "backups",
  title: "The database, Redis and the secrets have recent backups.",
  findings: ["database", "all-recent"],
  run: (context) =>
    evaluateByEnvironment(context, ["database", "all-recent"], {
      cluster: ({ cronJobs }) => evaluateBackups(cronJobs, Date.now()),
      processes: "the process deployment schedules no backups",
      address: REQUIRES_ENVIRONMENT_NAME,
    }),
});

export function evaluateBackups(
  cronJobs: readonly CronJob[],
  now: number,
): FindingVerdicts<"database" | "all-recent"> {
  const jobs = cronJobs.filter(({ metadata }) => metadata.namespace === "spacetime-backup");
  const isRecent = ({ spec, status }: CronJob): boolean =>
    spec?.suspend !== true &&
    now - Date.parse(status?.lastSuccessfulTime ?? "1970-01-01T00:00:00Z") <= MAX_BACKUP_AGE_MS;
  const old = jobs.filter((job) => !isRecent(job)).map(({ metadata }) => metadata.name);
  const remedy = "Run: kubectl -n spacetime-backup get jobs, and read the log of the last job.";
  const ofDatabase = jobs.filter(({ metadata }) => /postgres|database/.test(metadata.name));
  return {
    database: passIf(ofDatabase.some(isRecent), {
      reason: "The database has no recent backup.",
      expected: "a backup from the last 26 hours",
      seen: formatNames(
        ofDatabase.map(({ metadata, status }) => `${metadata.name} ${status?.lastSuccessfulTime ?? "never"}`),
      ),
      remedy,
    }),
    "all-recent": passIf(jobs.length > 0 && old.length === 0, {
      reason: jobs.length === 0 ? "No backup is scheduled." : "Backups are outdated or suspended.",
      expected: "every backup from the last 26 hours",
      seen: formatNames(old),
      remedy,
    }),
  };
}
