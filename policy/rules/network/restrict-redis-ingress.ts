import { restrictedIngressRule } from "../../lib/restricted-ingress-rule.ts";

export const restrictRedisIngress = restrictedIngressRule({
  name: "restrict-redis-ingress",
  items: ["pre.redis.private"],
  description: "Only the game servers, the backup and the exporter can connect to Redis.",
  explanation:
    "Redis stores sessions and rate-limit counters: a client that can write them can impersonate any player and bypass the limits.",
  remediation: "Use a Service of type ClusterIP and declare each client as a flow.",
  workload: "redis",
  clients: ["game-server", "backup", "redis-exporter", "prometheus"],
});
