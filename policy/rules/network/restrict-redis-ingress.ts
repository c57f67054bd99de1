import { restrictedIngressRule } from "../../lib/restricted-ingress-rule.ts";

export const restrictRedisIngress = restrictedIngressRule({
  name: "restrict-redis-ingress",
  items: ["pre.redis.private"],
  description: "Only the game servers, the backup and the exporter reach Redis.",
  explanation: "Sessions and rate-limit counters are in it: who can write them is anybody, without limits.",
  remediation: "Keep the Service a ClusterIP and declare each client as a flow.",
  workload: "redis",
  clients: ["game-server", "backup", "redis-exporter", "prometheus"],
});
