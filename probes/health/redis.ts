import { check, demand } from "../check.ts";
import { largest, query } from "../sources/monitoring.ts";
import { judgeStore, never, withoutPrometheus } from "./data.ts";

const group = "Data";

export const redisConnection = check({
  suite: "health",
  group,
  name: "redis-connection",
  title: "Redis answers the servers.",
  findings: ["answers"],
  run: async (context) => ({ findings: { answers: await judgeStore(context, "redis") } }),
});

const MOST_REDIS_MEMORY = 0.8;

export const redisMemory = check({
  suite: "health",
  group,
  name: "redis-memory",
  title: "Redis is well below its memory limit and has evicted nothing.",
  findings: ["share", "evictions"],
  async run(context) {
    const none = withoutPrometheus(context, "redis");
    if (none !== undefined) return { findings: { share: none, evictions: none } };
    const ask = (expression: string) => query(context.prometheus ?? never, expression).then(largest);
    const [share, evicted] = await Promise.all([
      ask("max(redis_memory_used_bytes / redis_memory_max_bytes)"),
      ask("sum(increase(redis_evicted_keys_total[1h]))"),
    ]);
    const remedy = "Raise redis.resources.memory; see which keys grow: redis-cli --bigkeys.";
    return {
      findings: {
        share: demand(share !== undefined && share <= MOST_REDIS_MEMORY, {
          reason: "Redis is close to its memory limit, or nobody measures it.",
          expected: `${MOST_REDIS_MEMORY * 100} % at most`,
          seen: share === undefined ? "no series" : `${Math.round(share * 100)} %`,
          remedy,
        }),
        evictions: demand(evicted === 0, {
          reason: "Redis throws keys away.",
          expected: "none in an hour",
          seen: evicted === undefined ? "no series" : String(Math.round(evicted)),
          remedy,
        }),
      },
    };
  },
});

export const redisPersistence = check({
  suite: "health",
  group,
  name: "redis-persistence",
  title: "Redis writes its append-only file without an error.",
  findings: ["append-only"],
  async run(context) {
    if (context.processes !== undefined && context.target.local?.redis === "redis") {
      const { appendOnly } = await context.processes();
      const files = appendOnly.length;
      return { findings: { "append-only": demand(files > 0, { ...UNWRITTEN, seen: `${files} files` }) } };
    }
    const none = withoutPrometheus(context, "redis");
    if (none !== undefined) return { findings: { "append-only": none } };
    const written = largest(
      await query(context.prometheus ?? never, "min(redis_aof_enabled * redis_aof_last_write_status)"),
    );
    return {
      findings: {
        "append-only": demand(written === 1, { ...UNWRITTEN, seen: String(written ?? "no series") }),
      },
    };
  },
});

const UNWRITTEN = {
  reason: "Redis does not write its append-only file.",
  expected: "it is switched on, and the last write went well",
  remedy: "See Redis' log and the room of its volume.",
};
