import { check, demand, notApplicable, type Verdict } from "../check.ts";
import type { Context } from "../context.ts";
import { shown } from "../contract.ts";
import { withoutToken } from "../needs.ts";
import type { Cluster } from "../sources/kubernetes.ts";
import { askByKind, named, ONLY_ADDRESS, type Verdicts } from "./ways.ts";

const group = "Rollout";

export const autoscaler = check({
  suite: "health",
  group,
  name: "autoscaler",
  title: "The autoscaler owns the number of servers and sees what it scales by.",
  findings: ["created", "metrics"],
  run: (context) =>
    askByKind(context, ["created", "metrics"], {
      cluster: (cluster) => judgeAutoscalers(cluster, context.target.expected.autoscaled),
      processes: "processes on one machine are not scaled",
      address: ONLY_ADDRESS,
    }),
});

export function judgeAutoscalers(
  cluster: Pick<Cluster, "autoscalers" | "deployments">,
  wanted: boolean,
): Verdicts<"created" | "metrics"> {
  if (!wanted && cluster.autoscalers.length === 0) {
    const fixed = notApplicable("the config fixes the number of servers");
    return { created: fixed, metrics: fixed };
  }
  const owned = new Set(cluster.autoscalers.map(({ spec }) => spec?.scaleTargetRef?.name));
  const servers = cluster.deployments.filter(({ metadata }) => metadata.name.startsWith("game-server"));
  const alone = servers.filter(({ metadata }) => wanted && !owned.has(metadata.name));
  const blind = cluster.autoscalers.filter(
    ({ status }) =>
      !status?.conditions?.some(({ type, status: state }) => type === "ScalingActive" && state === "True"),
  );
  return {
    created: demand(servers.length > 0 && alone.length === 0, {
      reason: "Game servers have no autoscaler.",
      expected: "one for each pool",
      seen: named(alone.map(({ metadata }) => metadata.name)),
      remedy: "Run up for this environment.",
    }),
    metrics: demand(blind.length === 0, {
      reason: "An autoscaler does not see what it scales by.",
      expected: "ScalingActive",
      seen: named(blind.map(({ metadata }) => metadata.name)),
      remedy: "See that metrics-server runs: kubectl top pods.",
    }),
  };
}

export const disruptionBudgets = check({
  suite: "health",
  group,
  name: "disruption-budgets",
  title: "A node, or a server, can be taken away without losing players.",
  findings: ["allowed"],
  run: (context) =>
    askByKind(context, ["allowed"], {
      cluster: (cluster) => ({ allowed: judgeBudgets(cluster) }),
      processes: async () => ({ allowed: await canHandOver(context) }),
      address: async () => ({ allowed: await canHandOver(context) }),
    }),
});

export function judgeBudgets({ disruptionBudgets: budgets }: Pick<Cluster, "disruptionBudgets">): Verdict {
  const tight = budgets.filter(({ status }) => (status?.disruptionsAllowed ?? 0) < 1);
  const hasServers = budgets.some(({ metadata }) => metadata.name.startsWith("game-server"));
  return demand(hasServers && tight.length === 0, {
    reason: hasServers ? "No pod may be taken away now." : "The game servers have no disruption budget.",
    expected: "a budget that allows one disruption",
    seen: named(
      tight.map(({ metadata, status }) => `${metadata.name} ${status?.currentHealthy ?? 0} healthy`),
    ),
    remedy: "Wait until enough pods are healthy before a node is drained.",
  });
}

/** A server by itself hands its sessions over when it is drained; its state says that it could. */
async function canHandOver(context: Context): Promise<Verdict> {
  const missing = withoutToken(context);
  if (missing !== undefined) return missing;
  const reply = await context.http("/drain", { at: "server" });
  if (reply.status === 404 && context.target.serverUrl === undefined) {
    return notApplicable("the gateway hides /drain, as it should; --server-url asks behind it");
  }
  const { state } = (reply.json ?? {}) as { readonly state?: unknown };
  return demand(reply.status === 200 && state === "serving", {
    reason: "The server could not hand its sessions over.",
    expected: "state serving",
    seen: shown(reply),
    remedy: "A server that drains already ends soon: ask again after it was replaced.",
  });
}

const ZONE = "topology.kubernetes.io/zone";

export const zoneSpread = check({
  suite: "health",
  group,
  name: "zone-spread",
  title: "The servers are spread over the zones.",
  findings: ["spread"],
  run: (context) =>
    askByKind(context, ["spread"], {
      cluster: (cluster) => ({ spread: judgeSpread(cluster) }),
      processes: "all processes stand on this machine, by design",
      address: ONLY_ADDRESS,
    }),
});

/** Zones may differ by one server: as the pods' topologySpreadConstraints ask. */
export function judgeSpread({ pods, nodes }: Pick<Cluster, "pods" | "nodes">): Verdict {
  const zoneOf = new Map(nodes.map(({ metadata }) => [metadata.name, metadata.labels?.[ZONE]]));
  const zones = new Set([...zoneOf.values()].flatMap((zone) => zone ?? []));
  if (zones.size <= 1) return notApplicable("the cluster has one zone, or its nodes name none");
  const servers = pods.filter(
    ({ metadata }) => metadata.labels?.["app.kubernetes.io/name"] === "game-server",
  );
  const counts = [...zones].map(
    (zone) => servers.filter(({ spec }) => zoneOf.get(spec?.nodeName ?? "") === zone).length,
  );
  return demand(servers.length > 0 && Math.max(...counts) - Math.min(...counts) <= 1, {
    reason: "The loss of one zone would take more than its share of servers.",
    expected: "zones that differ by one server at most",
    seen: [...zones].map((zone, index) => `${zone} ${counts[index]}`).join(", "),
    remedy: "Add nodes in the thin zones; kubectl rollout restart spreads the pods again.",
  });
}
