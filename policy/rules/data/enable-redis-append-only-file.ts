import { redisRule } from "../../lib/redis-rule.ts";

export const enableRedisAppendOnlyFile = redisRule({
  name: "enable-redis-append-only-file",
  items: ["pre.redis.append-only"],
  description: "Redis persists data to an append-only file.",
  explanation: "Without it, a restart logs out all players and loses the region ownership.",
  remediation: "Set appendonly yes and appendfsync everysec (or always) in redis.conf.",
  problems: (settings) => [
    ...(settings.get("appendonly") === "yes" ? [] : ["redis.conf does not set appendonly yes"]),
    ...(settings.get("appendfsync") === "no" ? ["redis.conf sets appendfsync no"] : []),
  ],
});
