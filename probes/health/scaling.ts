import { missingTokenVerdict } from "../access-token.ts";
import { defineCheck, notApplicable, passIf, type Verdict } from "../check.ts";
import type { CheckContext } from "../check-context.ts";
import { describeResponse } from "../contract.ts";
import type { ClusterState } from "../sources/kubernetes.ts";
import {
  evaluateByEnvironment,
  type FindingVerdicts,
  formatNames,
  REQUIRES_ENVIRONMENT_NAME,
} from "./evaluate-by-environment.ts";

const group = "Rollout";

export const autoscaler = defineCheck({
  suite: "health",
  group,
  name: "autoscaler",
  title: "Every pool has a HorizontalPodAutoscaler that can read its metrics.",
  findings: ["created", "metrics"],
  run: (context) =>
    evaluateByEnvironment(context, ["created", "metrics"], {
      cluster: (cluster) => evaluateAutoscalers(cluster, context.target.expected.autoscaled),
      processes: "processes on one machine are not scaled",
      address: REQUIRES_ENVIRONMENT_NAME,
    }),
});

export function evaluateAutoscalers(
  cluster: Pick<ClusterState, "autoscalers" | "deployments">,
  isAutoscaled: boolean,
): FindingVerdicts<"created" | "metrics"> {
  if (!isAutoscaled && cluster.autoscalers.length === 0) {
    const fixed = notApplicable("the configuration sets a fixed number of servers");
    return { created: fixed, metrics: fixed };
  }
  const scaledNames = new Set(cluster.autoscalers.map(({ spec }) => spec?.scaleTargetRef?.name));
  const servers = cluster.deployments.filter(({ metadata }) => metadata.name.startsWith("game-server"));
  const unscaled = servers.filter(({ metadata }) => isAutoscaled && !scaledNames.has(metadata.name));
  const inactive = cluster.autoscalers.filter(
    ({ status }) =>
      !status?.conditions?.some(({ type, status: state }) => type === "ScalingActive" && state === "True"),
  );
  return {
    created: passIf(servers.length > 0 && unscaled.length === 0, {
      reason: "Game server pools have no HorizontalPodAutoscaler.",
      expected: "one for each pool",
      seen: formatNames(unscaled.map(({ metadata }) => metadata.name)),
      remedy: 'Run "up" for this environment.',
    }),
    metrics: passIf(inactive.length === 0, {
      reason: "A HorizontalPodAutoscaler cannot read its metrics.",
      expected: "ScalingActive",
      seen: formatNames(inactive.map(({ metadata }) => metadata.name)),
      remedy: "Check that metrics-server is running: kubectl top pods.",
    }),
  };
}

export const disruptionBudgets = defineCheck({
  suite: "health",
  group,
  name: "disruption-budgets",
  title: "PodDisruptionBudgets allow a disruption, and the server can drain its sessions.",
  findings: ["allowed"],
  run: (context) =>
    evaluateByEnvironment(context, ["allowed"], {
      cluster: (cluster) => ({ allowed: evaluateDisruptionBudgets(cluster) }),
      processes: async () => ({ allowed: await evaluateDrainReadiness(context) }),
      address: async () => ({ allowed: await evaluateDrainReadiness(context) }),
    }),
});

export function evaluateDisruptionBudgets({
  disruptionBudgets: budgets,
}: Pick<ClusterState, "disruptionBudgets">): Verdict {
  const blocking = budgets.filter(({ status }) => (status?.disruptionsAllowed ?? 0) < 1);
  const hasServers = budgets.some(({ metadata }) => metadata.name.startsWith("game-server"));
  return passIf(hasServers && blocking.length === 0, {
    reason: hasServers
      ? "A PodDisruptionBudget allows no disruption."
      : "The game servers have no PodDisruptionBudget.",
    expected: "a budget that allows one disruption",
    seen: formatNames(
      blocking.map(({ metadata, status }) => `${metadata.name} ${status?.currentHealthy ?? 0} healthy`),
    ),
    remedy: "Wait until enough pods are healthy before a node is drained.",
  });
}

/** A single server hands its sessions over when it is drained; the state `serving` shows that a drain can start. */
async function evaluateDrainReadiness(context: CheckContext): Promise<Verdict> {
  const missing = missingTokenVerdict(context);
  if (missing !== undefined) return missing;
  const reply = await context.http("/drain", { endpoint: "server" });
  if (reply.status === 404 && context.target.serverUrl === undefined) {
    return notApplicable("the gateway does not serve /drain, by design; set --server-url to check it");
  }
  const { state } = (reply.json ?? {}) as { readonly state?: unknown };
  return passIf(reply.status === 200 && state === "serving", {
    reason: "The server cannot start a drain.",
    expected: "state serving",
    seen: describeResponse(reply),
    remedy: "A draining server stops soon: run the check again after it was replaced.",
  });
}

const ZONE_LABEL = "topology.kubernetes.io/zone";

export const zoneSpread = defineCheck({
  suite: "health",
  group,
  name: "zone-spread",
  title: "Game server pods are spread evenly across zones.",
  findings: ["spread"],
  run: (context) =>
    evaluateByEnvironment(context, ["spread"], {
      cluster: (cluster) => ({ spread: evaluateZoneSpread(cluster) }),
      processes: "all processes run on this machine, by design",
      address: REQUIRES_ENVIRONMENT_NAME,
    }),
});

/** Allows a difference of one server, like the topologySpreadConstraints of the pods. */
export function evaluateZoneSpread({ pods, nodes }: Pick<ClusterState, "pods" | "nodes">): Verdict {
  const zoneOf = new Map(nodes.map(({ metadata }) => [metadata.name, metadata.labels?.[ZONE_LABEL]]));
  const zones = new Set([...zoneOf.values()].flatMap((zone) => zone ?? []));
  if (zones.size <= 1) return notApplicable("the cluster has one zone, or its nodes have no zone label");
  const servers = pods.filter(
    ({ metadata }) => metadata.labels?.["app.kubernetes.io/name"] === "game-server",
  );
  const counts = [...zones].map(
    (zone) => servers.filter(({ spec }) => zoneOf.get(spec?.nodeName ?? "") === zone).length,
  );
  return passIf(servers.length > 0 && Math.max(...counts) - Math.min(...counts) <= 1, {
    reason: "The game server pods are not spread evenly across zones.",
    expected: "a difference of at most one server between zones",
    seen: [...zones].map((zone, index) => `${zone} ${counts[index]}`).join(", "),
    remedy: "Add nodes in the zones with few servers, then spread the pods again: kubectl rollout restart.",
  });
}
