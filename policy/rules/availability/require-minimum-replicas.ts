import type { PolicyContext } from "../../context.ts";
import type { InputNode } from "../../input-node.ts";
import { nameOf, namespaceOf, type Pod } from "../../lib/kubernetes.ts";
import { playerFacingDeployments } from "../../lib/player-facing-deployments.ts";
import type { Rule } from "../../rule.ts";

function autoscalerOf(context: PolicyContext, deployment: InputNode): InputNode | undefined {
  return context.ofKind("HorizontalPodAutoscaler").find((autoscaler) => {
    const target = autoscaler.at("spec", "scaleTargetRef");
    return (
      namespaceOf(autoscaler) === namespaceOf(deployment) &&
      target.at("kind").text === "Deployment" &&
      target.at("name").text === nameOf(deployment)
    );
  });
}

export const requireMinimumReplicas: Rule<Pod> = {
  name: "require-minimum-replicas",
  items: ["pre.availability.replicas"],
  description:
    "In production, an autoscaler keeps a minimum number of replicas of the gateway and of each game-server pool.",
  explanation: "With fewer pods than zones, the failure of one zone can take the whole game down.",
  remediation: "Set scaling to autoscaled with a minimum of at least parameters.replicaFloor.",
  environments: ["production"],
  subjects: playerFacingDeployments,
  check: ({ owner }, context) => {
    const autoscaler = autoscalerOf(context, owner);
    if (autoscaler === undefined)
      return [owner.at("metadata", "name").violation("no HorizontalPodAutoscaler targets this Deployment")];
    const minimum = autoscaler.at("spec", "minReplicas");
    const floor = context.parameters.replicaFloor;
    if ((minimum.number ?? 0) >= floor) return [];
    return [
      minimum.violation(`minReplicas is ${minimum.displayText}, below the required minimum of ${floor}`),
    ];
  },
};
