import type { AlertDefinition } from "../alert-definition.ts";
import { POSTGRES } from "../thresholds.ts";
import type { RuleOptions } from "../types.ts";

const POSTGRES_JOB = 'job="postgres"';

/** Excludes `postgres` and the template databases, which the game servers do not use. */
const USER_DATABASES = `${POSTGRES_JOB},datname!~"template.*|postgres"`;

function rateExpr(metric: string, window: string): string {
  return `sum by (job, datname) (rate(${metric}{${USER_DATABASES}}[${window}]))`;
}

function instanceAlerts(): AlertDefinition[] {
  return [
    {
      name: "PostgresDown",
      expr: `pg_up{${POSTGRES_JOB}} == 0`,
      for: "1m",
      severity: "critical",
      team: "data",
      summary: "Postgres does not respond",
      description: "Game servers accept no new players and cannot save the world.",
    },
    {
      name: "PostgresConnectionsNearLimit",
      expr: `sum by (job, instance) (pg_stat_activity_count{${POSTGRES_JOB}})
        / sum by (job, instance) (pg_settings_max_connections{${POSTGRES_JOB}}) > ${POSTGRES.connections}`,
      for: "5m",
      severity: "warning",
      team: "data",
      summary: "{{ $value | humanizePercentage }} of the Postgres connections are in use",
      description: "New game servers and the backup will soon fail to connect.",
    },
    {
      name: "PostgresTransactionLong",
      expr: `max by (job, datname) (pg_stat_activity_max_tx_duration{${USER_DATABASES}}) > ${POSTGRES.transactionSeconds}`,
      for: "5m",
      severity: "warning",
      team: "data",
      summary: "A transaction in {{ $labels.datname }} has been open for {{ $value | humanizeDuration }}",
      description: "It may hold locks, and it prevents vacuum from removing dead rows.",
    },
  ];
}

function trafficAlerts(): AlertDefinition[] {
  const rollbacks = rateExpr("pg_stat_database_xact_rollback", "5m");
  const hits = rateExpr("pg_stat_database_blks_hit", "15m");
  return [
    {
      name: "PostgresDeadlocks",
      expr: `sum by (job, datname) (increase(pg_stat_database_deadlocks{${USER_DATABASES}}[15m])) > ${POSTGRES.deadlocks}`,
      for: "0s",
      severity: "warning",
      team: "data",
      summary: "Transactions in {{ $labels.datname }} deadlock",
      description: "Two writers lock the same rows in different order; one of them is rolled back.",
    },
    {
      name: "PostgresRollbacksHigh",
      expr: `${rollbacks} / (${rollbacks} + ${rateExpr("pg_stat_database_xact_commit", "5m")}) > ${POSTGRES.rollbacks}`,
      for: "10m",
      severity: "warning",
      team: "data",
      summary: "{{ $value | humanizePercentage }} of transactions in {{ $labels.datname }} are rolled back",
      description: "Statements fail; see the logs of the game servers.",
    },
    {
      name: "PostgresCacheHitsLow",
      expr: `${hits} / (${hits} + ${rateExpr("pg_stat_database_blks_read", "15m")}) < ${POSTGRES.cacheHits}`,
      for: "30m",
      severity: "info",
      team: "data",
      summary: "{{ $labels.datname }} serves {{ $value | humanizePercentage }} of block reads from memory",
      description: "The working set no longer fits in memory: queries wait for the disk.",
    },
  ];
}

function databaseClientAlerts(): AlertDefinition[] {
  const connections = (state: string): string =>
    `sum by (job, pod) (spacetime_database_connections{job="game-server"${state}})`;
  return [
    {
      name: "PostgresUnreachable",
      expr: 'spacetime_database_up{job="game-server"} == 0',
      for: "2m",
      severity: "critical",
      team: "data",
      summary: "Game server {{ $labels.pod }} cannot reach the database",
      description: "It accepts no new players, and unsaved world changes stay in its memory.",
    },
    {
      name: "PostgresQueriesSlow",
      expr: `job:spacetime_database_query_duration_seconds:p99_rate5m{job="game-server"} > ${POSTGRES.querySeconds}`,
      for: "10m",
      severity: "warning",
      team: "data",
      summary: "1% of the statements take longer than {{ $value | humanizeDuration }}",
      description: "Logins and saves are slow. The time includes the wait for a free connection.",
    },
    {
      name: "PostgresQueriesFail",
      expr: `sum by (job) (rate(spacetime_database_errors_total{job="game-server"}[5m])) > ${POSTGRES.errorsPerSecond}`,
      for: "5m",
      severity: "warning",
      team: "data",
      summary: 'Game servers see {{ printf "%.2f" $value }} failed statements a second',
      description: "Statements fail or time out although the database is reachable.",
    },
    {
      name: "PostgresPoolExhausted",
      expr: `${connections(',state="used"')} / ${connections("")} > ${POSTGRES.pool}`,
      for: "5m",
      severity: "warning",
      team: "data",
      summary:
        "Game server {{ $labels.pod }} uses {{ $value | humanizePercentage }} of its database connections",
      description: "Statements wait for a free connection before they run.",
    },
  ];
}

/** Postgres alerts. An external database has no exporter, but the game servers report its availability and latency. */
export function postgresAlerts({ database }: Pick<RuleOptions, "database">): AlertDefinition[] {
  return [
    ...(database.kind === "in-cluster" ? [...instanceAlerts(), ...trafficAlerts()] : []),
    ...databaseClientAlerts(),
  ];
}
