import { redisRule } from "../../lib/redis-rule.ts";

export const enableRedisAppendOnlyFile = redisRule({
  name: "enable-redis-append-only-file",
  items: ["pre.redis.append-only"],
  description: "Redis keeps an append-only file.",
  explanation: "Without it a restart logs every player out and forgets who owns which region.",
  remediation: "Keep appendonly yes and appendfsync everysec (or always) in redis.conf.",
  problems: (settings) => [
    ...(settings.get("appendonly") === "yes" ? [] : ["redis.conf keeps no append-only file"]),
    ...(settings.get("appendfsync") === "no" ? ["redis.conf leaves writing to the system's mood"] : []),
  ],
});
