import { defineCheck, passIf } from "../check.ts";
import { maxValue, queryPrometheus } from "../sources/monitoring-client.ts";
import { REDIS_EXPORTER, unplannedVerdict } from "../target/planned-objects.ts";
import { evaluateConnection, missingPrometheusVerdict, rejectWithoutPrometheus } from "./database.ts";

const group = "Data";

export const redisConnection = defineCheck({
  suite: "health",
  group,
  name: "redis-connection",
  title: "The game server's readiness check can reach Redis.",
  findings: ["answers"],
  run: async (context) => ({ findings: { answers: await evaluateConnection(context, "redis") } }),
});

const MAX_REDIS_MEMORY_RATIO = 0.8;

export const redisMemory = defineCheck({
  suite: "health",
  group,
  name: "redis-memory",
  title: "Redis memory usage is below its threshold, and no keys were evicted.",
  findings: ["share", "evictions"],
  async run(context) {
    const none =
      unplannedVerdict(context.target, REDIS_EXPORTER) ?? missingPrometheusVerdict(context, "redis");
    if (none !== undefined) return { findings: { share: none, evictions: none } };
    const query = (expression: string) =>
      queryPrometheus(context.prometheus ?? rejectWithoutPrometheus, expression).then(maxValue);
    const [share, evicted] = await Promise.all([
      query("max(redis_memory_used_bytes / redis_memory_max_bytes)"),
      query("sum(increase(redis_evicted_keys_total[1h]))"),
    ]);
    const remedy = "Find the largest keys with redis-cli --bigkeys, or raise redis.resources.memory.";
    return {
      findings: {
        share: passIf(share !== undefined && share <= MAX_REDIS_MEMORY_RATIO, {
          reason: "Redis is close to its memory limit, or its memory usage is unknown.",
          expected: `${MAX_REDIS_MEMORY_RATIO * 100} % at most`,
          seen: share === undefined ? "no series" : `${Math.round(share * 100)} %`,
          remedy,
        }),
        evictions: passIf(evicted === 0, {
          reason: "Redis has evicted keys.",
          expected: "none in the last hour",
          seen: evicted === undefined ? "no series" : String(Math.round(evicted)),
          remedy,
        }),
      },
    };
  },
});

export const redisPersistence = defineCheck({
  suite: "health",
  group,
  name: "redis-persistence",
  title: "Redis AOF persistence is enabled, and the last write succeeded.",
  findings: ["append-only"],
  async run(context) {
    if (context.processes !== undefined && context.target.local?.redis === "redis") {
      const { appendOnly } = await context.processes();
      const files = appendOnly.length;
      return {
        findings: { "append-only": passIf(files > 0, { ...APPEND_ONLY_FAILURE, seen: `${files} files` }) },
      };
    }
    const none =
      unplannedVerdict(context.target, REDIS_EXPORTER) ?? missingPrometheusVerdict(context, "redis");
    if (none !== undefined) return { findings: { "append-only": none } };
    const aofStatus = maxValue(
      await queryPrometheus(
        context.prometheus ?? rejectWithoutPrometheus,
        "min(redis_aof_enabled * redis_aof_last_write_status)",
      ),
    );
    return {
      findings: {
        "append-only": passIf(aofStatus === 1, {
          ...APPEND_ONLY_FAILURE,
          seen: String(aofStatus ?? "no series"),
        }),
      },
    };
  },
});

const APPEND_ONLY_FAILURE = {
  reason: "Redis does not write its append-only file.",
  expected: "AOF enabled, and the last write successful",
  remedy: "Check the Redis log and the free space of its volume.",
};
