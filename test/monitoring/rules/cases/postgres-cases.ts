import type { AlertCase } from "../rule-case.ts";

export const POSTGRES_CASES: readonly AlertCase[] = [
  {
    alert: "PostgresDown",
    series: {
      'pg_up{job="postgres",instance="postgres"}': "0",
    },
    evaluationInterval: "3s",
    notYetAt: "57s",
    firesAt: "1m",
    labels: {
      instance: "postgres",
      job: "postgres",
      severity: "critical",
      team: "data",
    },
    summary: "Postgres does not respond",
    description: "Game servers accept no new players and cannot save the world.",
    runbook: "postgres.md#postgresdown",
    notFiring: [
      {
        why: "it answers",
        series: {
          'pg_up{job="postgres",instance="postgres"}': "1",
        },
      },
    ],
  },
  {
    alert: "PostgresConnectionsNearLimit",
    series: {
      'pg_stat_activity_count{job="postgres",instance="postgres",datname="spacetime",state="active"}': "40",
      'pg_stat_activity_count{job="postgres",instance="postgres",datname="spacetime",state="idle"}': "41",
      'pg_settings_max_connections{job="postgres",instance="postgres"}': "100",
    },
    evaluationInterval: "15s",
    notYetAt: "4m45s",
    firesAt: "5m",
    labels: {
      instance: "postgres",
      job: "postgres",
      severity: "warning",
      team: "data",
    },
    summary: "81% of the Postgres connections are in use",
    description: "New game servers and the backup will soon fail to connect.",
    runbook: "postgres.md#postgresconnectionsnearlimit",
    notFiring: [
      {
        why: "at the threshold",
        series: {
          'pg_stat_activity_count{job="postgres",instance="postgres",datname="spacetime",state="idle"}': "80",
          'pg_settings_max_connections{job="postgres",instance="postgres"}': "100",
        },
      },
    ],
  },
  {
    alert: "PostgresTransactionLong",
    series: {
      'pg_stat_activity_max_tx_duration{job="postgres",instance="postgres",datname="spacetime",state="active"}':
        "610",
    },
    evaluationInterval: "15s",
    notYetAt: "4m45s",
    firesAt: "5m",
    labels: {
      datname: "spacetime",
      job: "postgres",
      severity: "warning",
      team: "data",
    },
    summary: "A transaction in spacetime has been open for 10m 10s",
    description: "It may hold locks, and it prevents vacuum from removing dead rows.",
    runbook: "postgres.md#postgrestransactionlong",
    notFiring: [
      {
        why: "at the threshold",
        series: {
          'pg_stat_activity_max_tx_duration{job="postgres",instance="postgres",datname="spacetime",state="active"}':
            "600",
        },
      },
      {
        why: "a template",
        series: {
          'pg_stat_activity_max_tx_duration{job="postgres",instance="postgres",datname="template1",state="active"}':
            "900",
        },
      },
    ],
  },
  {
    alert: "PostgresDeadlocks",
    series: {
      'pg_stat_database_deadlocks{job="postgres",instance="postgres",datname="spacetime"}': "1000+0.05166667",
    },
    evaluationInterval: "15s",
    firesAt: "14m30s",
    labels: {
      datname: "spacetime",
      job: "postgres",
      severity: "warning",
      team: "data",
    },
    summary: "Transactions in spacetime deadlock",
    description: "Two writers lock the same rows in different order; one of them is rolled back.",
    runbook: "postgres.md#postgresdeadlocks",
    notFiring: [
      {
        why: "just inside the threshold",
        series: {
          'pg_stat_database_deadlocks{job="postgres",instance="postgres",datname="spacetime"}':
            "1000+0.04833333",
        },
      },
    ],
  },
  {
    alert: "PostgresRollbacksHigh",
    series: {
      'pg_stat_database_xact_rollback{job="postgres",instance="postgres",datname="spacetime"}': "+10.5",
      'pg_stat_database_xact_commit{job="postgres",instance="postgres",datname="spacetime"}': "+89.5",
    },
    evaluationInterval: "30s",
    notYetAt: "10m",
    firesAt: "10m30s",
    labels: {
      datname: "spacetime",
      job: "postgres",
      severity: "warning",
      team: "data",
    },
    summary: "10.5% of transactions in spacetime are rolled back",
    description: "Statements fail; see the logs of the game servers.",
    runbook: "postgres.md#postgresrollbackshigh",
    notFiring: [
      {
        why: "just inside the threshold",
        series: {
          'pg_stat_database_xact_rollback{job="postgres",instance="postgres",datname="spacetime"}': "+9.5",
          'pg_stat_database_xact_commit{job="postgres",instance="postgres",datname="spacetime"}': "+90.5",
        },
      },
    ],
  },
  {
    alert: "PostgresCacheHitsLow",
    series: {
      'pg_stat_database_blks_hit{job="postgres",instance="postgres",datname="spacetime"}': "+94",
      'pg_stat_database_blks_read{job="postgres",instance="postgres",datname="spacetime"}': "+6",
    },
    evaluationInterval: "1m30s",
    notYetAt: "30m",
    firesAt: "31m30s",
    labels: {
      datname: "spacetime",
      job: "postgres",
      severity: "info",
      team: "data",
    },
    summary: "spacetime serves 94% of block reads from memory",
    description: "The working set no longer fits in memory: queries wait for the disk.",
    runbook: "postgres.md#postgrescachehitslow",
    notFiring: [
      {
        why: "just inside the threshold",
        series: {
          'pg_stat_database_blks_hit{job="postgres",instance="postgres",datname="spacetime"}': "+96",
          'pg_stat_database_blks_read{job="postgres",instance="postgres",datname="spacetime"}': "+4",
        },
      },
    ],
  },
  {
    alert: "PostgresUnreachable",
    series: {
      'spacetime_database_up{job="game-server",pod="game-server-0"}': "0",
    },
    evaluationInterval: "6s",
    notYetAt: "1m54s",
    firesAt: "2m",
    labels: {
      job: "game-server",
      pod: "game-server-0",
      severity: "critical",
      team: "data",
    },
    summary: "Game server game-server-0 cannot reach the database",
    description: "It accepts no new players, and unsaved world changes stay in its memory.",
    runbook: "postgres.md#postgresunreachable",
    notFiring: [
      {
        why: "it answers",
        series: {
          'spacetime_database_up{job="game-server",pod="game-server-0"}': "1",
        },
      },
    ],
  },
  {
    alert: "PostgresQueriesSlow",
    series: {
      'job:spacetime_database_query_duration_seconds:p99_rate5m{job="game-server"}': "0.105",
    },
    evaluationInterval: "30s",
    notYetAt: "9m30s",
    firesAt: "10m",
    labels: {
      job: "game-server",
      severity: "warning",
      team: "data",
    },
    summary: "1% of the statements take longer than 105ms",
    description: "Logins and saves are slow. The time includes the wait for a free connection.",
    runbook: "postgres.md#postgresqueriesslow",
    notFiring: [
      {
        why: "at the threshold",
        series: {
          'job:spacetime_database_query_duration_seconds:p99_rate5m{job="game-server"}': "0.1",
        },
      },
    ],
  },
  {
    alert: "PostgresQueriesFail",
    series: {
      'spacetime_database_errors_total{job="game-server",pod="game-server-0"}': "1000+1.575",
    },
    evaluationInterval: "15s",
    notYetAt: "9m30s",
    firesAt: "9m45s",
    labels: {
      job: "game-server",
      severity: "warning",
      team: "data",
    },
    summary: "Game servers see 0.11 failed statements a second",
    description: "Statements fail or time out although the database is reachable.",
    runbook: "postgres.md#postgresqueriesfail",
    notFiring: [
      {
        why: "just inside the threshold",
        series: {
          'spacetime_database_errors_total{job="game-server",pod="game-server-0"}': "1000+1.425",
        },
      },
    ],
  },
  {
    alert: "PostgresPoolExhausted",
    series: {
      'spacetime_database_connections{job="game-server",pod="game-server-0",state="used"}': "91",
      'spacetime_database_connections{job="game-server",pod="game-server-0",state="idle"}': "9",
    },
    evaluationInterval: "15s",
    notYetAt: "4m45s",
    firesAt: "5m",
    labels: {
      job: "game-server",
      pod: "game-server-0",
      severity: "warning",
      team: "data",
    },
    summary: "Game server game-server-0 uses 91% of its database connections",
    description: "Statements wait for a free connection before they run.",
    runbook: "postgres.md#postgrespoolexhausted",
    notFiring: [
      {
        why: "at the threshold",
        series: {
          'spacetime_database_connections{job="game-server",pod="game-server-0",state="used"}': "90",
          'spacetime_database_connections{job="game-server",pod="game-server-0",state="idle"}': "10",
        },
      },
    ],
  },
];
