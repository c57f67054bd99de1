import { redisRule } from "../../lib/redis-rule.ts";

export const requireRedisTls = redisRule({
  name: "require-redis-tls",
  items: ["pre.redis.tls"],
  description: "Redis accepts TLS connections only.",
  explanation: "Sessions cross the network between nodes; a single plaintext port would expose all of them.",
  remediation: "Set port 0 and a tls-port in redis.conf.",
  problems: (settings) => [
    ...(settings.get("port") === "0" ? [] : ["redis.conf does not disable the plaintext port (port 0)"]),
    ...(settings.has("tls-port") ? [] : ["redis.conf does not set tls-port"]),
  ],
});
