import { redisRule } from "../../lib/redis-rule.ts";

export const requireRedisTls = redisRule({
  name: "require-redis-tls",
  items: ["pre.redis.tls"],
  description: "Redis speaks TLS only.",
  explanation: "Sessions cross the nodes' network; one plain port is enough to read them all.",
  remediation: "Keep port 0 and a tls-port in redis.conf.",
  problems: (settings) => [
    ...(settings.get("port") === "0" ? [] : ["redis.conf leaves the plain port open"]),
    ...(settings.has("tls-port") ? [] : ["redis.conf opens no TLS port"]),
  ],
});
