import type { AlertDefinition } from "../alert-definition.ts";
import { REDIS } from "../thresholds.ts";
import type { RuleOptions } from "../types.ts";

const REDIS_JOB = 'job="redis"';

/** Alerts on the append-only file, which is monitored only for in-cluster Redis. */
function persistenceAlerts(): AlertDefinition[] {
  return [
    {
      name: "RedisWritesNotLogged",
      expr: `redis_aof_last_write_status{${REDIS_JOB}} == 0`,
      for: "2m",
      severity: "critical",
      team: "data",
      summary: "Redis cannot write its append-only file",
      description: "Its volume is full or broken; Redis rejects writes until this is fixed.",
    },
    {
      name: "RedisRewriteFailing",
      expr: `redis_aof_last_bgrewrite_status{${REDIS_JOB}} == 0`,
      for: "15m",
      severity: "warning",
      team: "data",
      summary: "Redis cannot rewrite its append-only file",
      description:
        "The file grows until the volume is full. The usual cause is too little memory for the fork.",
    },
  ];
}

function capacityAlerts(): AlertDefinition[] {
  return [
    {
      name: "RedisMemoryHigh",
      expr: `redis_memory_used_bytes{${REDIS_JOB}} / (redis_memory_max_bytes{${REDIS_JOB}} > 0) > ${REDIS.memory}`,
      for: "10m",
      severity: "warning",
      team: "data",
      summary: "Redis uses {{ $value | humanizePercentage }} of its memory",
      description: "At the maximum, it evicts the keys that expire first: sessions and counters.",
    },
    {
      name: "RedisEvictsKeys",
      expr: `rate(redis_evicted_keys_total{${REDIS_JOB}}[5m]) > ${REDIS.evictionsPerSecond}`,
      for: "5m",
      severity: "critical",
      team: "data",
      summary: "Redis evicts {{ $value | humanize }} keys a second",
      description: "Players lose sessions that they could have resumed, and rate-limit counters restart.",
    },
    {
      name: "RedisClientsNearLimit",
      expr: `redis_connected_clients{${REDIS_JOB}} / redis_config_maxclients{${REDIS_JOB}} > ${REDIS.clients}`,
      for: "5m",
      severity: "warning",
      team: "data",
      summary: "Redis uses {{ $value | humanizePercentage }} of its client limit",
      description: "Above the limit, new game servers cannot connect.",
    },
    {
      name: "RedisConnectionsRejected",
      expr: `increase(redis_rejected_connections_total{${REDIS_JOB}}[5m]) > 0`,
      for: "0s",
      severity: "critical",
      team: "data",
      summary: "Redis rejects connections",
      description: "The client limit is reached; some game servers run without shared state.",
    },
  ];
}

function redisClientAlerts(): AlertDefinition[] {
  return [
    {
      name: "RedisUnreachable",
      expr: 'spacetime_redis_up{job="game-server"} == 0',
      for: "2m",
      severity: "critical",
      team: "data",
      summary: "Game server {{ $labels.pod }} cannot reach Redis",
      description:
        "Its sessions cannot be handed over, its rate limits are not shared, and it is isolated in the mesh.",
    },
    {
      name: "RedisSlow",
      expr: `job:spacetime_redis_command_duration_seconds:p99_rate5m{job="game-server"} > ${REDIS.commandSeconds}`,
      for: "10m",
      severity: "warning",
      team: "data",
      summary: "1% of the Redis commands take longer than {{ $value | humanizeDuration }}",
      description: "Every API request checks its rate limit in Redis, so every request is slow.",
    },
    {
      name: "RedisCommandsFail",
      expr: `sum by (job) (rate(spacetime_redis_errors_total{job="game-server"}[5m])) > ${REDIS.errorsPerSecond}`,
      for: "5m",
      severity: "warning",
      team: "data",
      summary: 'Game servers see {{ printf "%.2f" $value }} failed Redis commands a second',
      description: "Commands fail or time out although Redis is reachable.",
    },
  ];
}

function redisDownAlert(): AlertDefinition {
  return {
    name: "RedisDown",
    expr: `redis_up{${REDIS_JOB}} == 0`,
    for: "1m",
    severity: "critical",
    team: "data",
    summary: "Redis does not respond",
    description: "Sessions cannot be resumed, and game servers run without shared state.",
  };
}

/** Redis alerts. ElastiCache has no exporter; CloudWatch alarms cover it. */
export function redisAlerts({ redis }: Pick<RuleOptions, "redis">): AlertDefinition[] {
  return [
    ...(redis.kind === "in-cluster" ? [redisDownAlert(), ...persistenceAlerts(), ...capacityAlerts()] : []),
    ...redisClientAlerts(),
  ];
}
