import { parseByteQuantity } from "../../../components/shared/kubernetes/quantities.ts";
import { mainContainers, type Pod } from "../../lib/kubernetes.ts";
import { redisRule } from "../../lib/redis-rule.ts";

/** Data must leave memory for the fork that rewrites the append-only file. */
const MAX_MEMORY_SHARE = 0.75;

function memoryProblem(most: number, pod: Pod): string | undefined {
  const limit = mainContainers(pod)
    .find(({ node }) => node.at("name").text === "redis")
    ?.node.at("resources", "limits", "memory").text;
  if (limit === undefined) return `maxmemory is ${most}, but the container has no memory limit`;
  if (!/^\d+(Ki|Mi|Gi|Ti)$/.test(limit))
    return `maxmemory is ${most}, but the container's memory limit ${limit} has no binary suffix`;
  const bytes = parseByteQuantity(limit);
  return most > 0 && most <= bytes * MAX_MEMORY_SHARE
    ? undefined
    : `maxmemory ${most} does not fit a container memory limit of ${bytes} bytes`;
}

export const limitRedisMemory = redisRule({
  name: "limit-redis-memory",
  items: ["pre.redis.memory-limit"],
  description: "Redis evicts expiring keys before it reaches its container's memory limit.",
  explanation:
    "Kubernetes kills a Redis container that exceeds its memory limit, and all sessions in memory are lost.",
  remediation: `Set maxmemory to at most ${MAX_MEMORY_SHARE * 100} % of the container limit and maxmemory-policy to a volatile-* policy.`,
  problems: (settings, pod) => {
    const most = Number(settings.get("maxmemory") ?? 0);
    const memory = memoryProblem(most, pod);
    const policy = settings.get("maxmemory-policy") ?? "noeviction";
    return [
      ...(memory === undefined ? [] : [memory]),
      ...(policy.startsWith("volatile-")
        ? []
        : [`maxmemory-policy ${policy} may evict keys without an expiry, or reject writes`]),
    ];
  },
});
