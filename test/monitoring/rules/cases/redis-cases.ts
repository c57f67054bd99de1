import type { AlertCase } from "../rule-case.ts";

export const REDIS_CASES: readonly AlertCase[] = [
  {
    alert: "RedisDown",
    series: {
      'redis_up{job="redis",instance="redis"}': "0",
    },
    evaluationInterval: "3s",
    notYetAt: "57s",
    firesAt: "1m",
    labels: {
      instance: "redis",
      job: "redis",
      severity: "critical",
      team: "data",
    },
    summary: "Redis does not respond",
    description: "Sessions cannot be resumed, and game servers run without shared state.",
    runbook: "redis.md#redisdown",
    notFiring: [
      {
        why: "it answers",
        series: {
          'redis_up{job="redis",instance="redis"}': "1",
        },
      },
    ],
  },
  {
    alert: "RedisWritesNotLogged",
    series: {
      'redis_aof_last_write_status{job="redis",instance="redis"}': "0",
    },
    evaluationInterval: "6s",
    notYetAt: "1m54s",
    firesAt: "2m",
    labels: {
      instance: "redis",
      job: "redis",
      severity: "critical",
      team: "data",
    },
    summary: "Redis cannot write its append-only file",
    description: "Its volume is full or broken; Redis rejects writes until this is fixed.",
    runbook: "redis.md#rediswritesnotlogged",
    notFiring: [
      {
        why: "it writes",
        series: {
          'redis_aof_last_write_status{job="redis",instance="redis"}': "1",
        },
      },
    ],
  },
  {
    alert: "RedisRewriteFailing",
    series: {
      'redis_aof_last_bgrewrite_status{job="redis",instance="redis"}': "0",
    },
    evaluationInterval: "45s",
    notYetAt: "14m15s",
    firesAt: "15m",
    labels: {
      instance: "redis",
      job: "redis",
      severity: "warning",
      team: "data",
    },
    summary: "Redis cannot rewrite its append-only file",
    description:
      "The file grows until the volume is full. The usual cause is too little memory for the fork.",
    runbook: "redis.md#redisrewritefailing",
    notFiring: [
      {
        why: "it rewrites",
        series: {
          'redis_aof_last_bgrewrite_status{job="redis",instance="redis"}': "1",
        },
      },
    ],
  },
  {
    alert: "RedisMemoryHigh",
    series: {
      'redis_memory_used_bytes{job="redis",instance="redis"}': "860",
      'redis_memory_max_bytes{job="redis",instance="redis"}': "1000",
    },
    evaluationInterval: "30s",
    notYetAt: "9m30s",
    firesAt: "10m",
    labels: {
      instance: "redis",
      job: "redis",
      severity: "warning",
      team: "data",
    },
    summary: "Redis uses 86% of its memory",
    description: "At the maximum, it evicts the keys that expire first: sessions and counters.",
    runbook: "redis.md#redismemoryhigh",
    notFiring: [
      {
        why: "at the threshold",
        series: {
          'redis_memory_used_bytes{job="redis",instance="redis"}': "850",
          'redis_memory_max_bytes{job="redis",instance="redis"}': "1000",
        },
      },
      {
        why: "it has no maximum",
        series: {
          'redis_memory_used_bytes{job="redis",instance="redis"}': "850",
          'redis_memory_max_bytes{job="redis",instance="redis"}': "0",
        },
      },
    ],
  },
  {
    alert: "RedisEvictsKeys",
    series: {
      'redis_evicted_keys_total{job="redis",instance="redis"}': "1000+15.75",
    },
    evaluationInterval: "15s",
    notYetAt: "9m30s",
    firesAt: "9m45s",
    labels: {
      instance: "redis",
      job: "redis",
      severity: "critical",
      team: "data",
    },
    summary: "Redis evicts 1.05 keys a second",
    description: "Players lose sessions that they could have resumed, and rate-limit counters restart.",
    runbook: "redis.md#redisevictskeys",
    notFiring: [
      {
        why: "just inside the threshold",
        series: {
          'redis_evicted_keys_total{job="redis",instance="redis"}': "1000+14.25",
        },
      },
    ],
  },
  {
    alert: "RedisClientsNearLimit",
    series: {
      'redis_connected_clients{job="redis",instance="redis"}': "81",
      'redis_config_maxclients{job="redis",instance="redis"}': "100",
    },
    evaluationInterval: "15s",
    notYetAt: "4m45s",
    firesAt: "5m",
    labels: {
      instance: "redis",
      job: "redis",
      severity: "warning",
      team: "data",
    },
    summary: "Redis uses 81% of its client limit",
    description: "Above the limit, new game servers cannot connect.",
    runbook: "redis.md#redisclientsnearlimit",
    notFiring: [
      {
        why: "at the threshold",
        series: {
          'redis_connected_clients{job="redis",instance="redis"}': "80",
          'redis_config_maxclients{job="redis",instance="redis"}': "100",
        },
      },
    ],
  },
  {
    alert: "RedisConnectionsRejected",
    series: {
      'redis_rejected_connections_total{job="redis",instance="redis"}': "0x4 1x60",
    },
    evaluationInterval: "15s",
    firesAt: "1m15s",
    labels: {
      instance: "redis",
      job: "redis",
      severity: "critical",
      team: "data",
    },
    summary: "Redis rejects connections",
    description: "The client limit is reached; some game servers run without shared state.",
    runbook: "redis.md#redisconnectionsrejected",
    notFiring: [
      {
        why: "it rejected some long ago",
        series: {
          'redis_rejected_connections_total{job="redis",instance="redis"}': "4",
        },
      },
    ],
  },
  {
    alert: "RedisUnreachable",
    series: {
      'spacetime_redis_up{job="game-server",pod="game-server-0"}': "0",
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
    summary: "Game server game-server-0 cannot reach Redis",
    description:
      "Its sessions cannot be handed over, its rate limits are not shared, and it is isolated in the mesh.",
    runbook: "redis.md#redisunreachable",
    notFiring: [
      {
        why: "it answers",
        series: {
          'spacetime_redis_up{job="game-server",pod="game-server-0"}': "1",
        },
      },
    ],
  },
  {
    alert: "RedisSlow",
    series: {
      'job:spacetime_redis_command_duration_seconds:p99_rate5m{job="game-server"}': "0.026",
    },
    evaluationInterval: "30s",
    notYetAt: "9m30s",
    firesAt: "10m",
    labels: {
      job: "game-server",
      severity: "warning",
      team: "data",
    },
    summary: "1% of the Redis commands take longer than 26ms",
    description: "Every API request checks its rate limit in Redis, so every request is slow.",
    runbook: "redis.md#redisslow",
    notFiring: [
      {
        why: "at the threshold",
        series: {
          'job:spacetime_redis_command_duration_seconds:p99_rate5m{job="game-server"}': "0.025",
        },
      },
    ],
  },
  {
    alert: "RedisCommandsFail",
    series: {
      'spacetime_redis_errors_total{job="game-server",pod="game-server-0"}': "1000+1.575",
    },
    evaluationInterval: "15s",
    notYetAt: "9m30s",
    firesAt: "9m45s",
    labels: {
      job: "game-server",
      severity: "warning",
      team: "data",
    },
    summary: "Game servers see 0.11 failed Redis commands a second",
    description: "Commands fail or time out although Redis is reachable.",
    runbook: "redis.md#rediscommandsfail",
    notFiring: [
      {
        why: "just inside the threshold",
        series: {
          'spacetime_redis_errors_total{job="game-server",pod="game-server-0"}': "1000+1.425",
        },
      },
    ],
  },
];
