import type { InputNode } from "../../input-node.ts";
import { findObject, namespaceOf } from "../../lib/kubernetes.ts";
import type { Rule } from "../../rule.ts";

export const disallowReplicasWithAutoscaler: Rule<InputNode> = {
  name: "disallow-replicas-with-autoscaler",
  items: ["pre.availability.replicas"],
  description: "A Deployment that a HorizontalPodAutoscaler scales does not set spec.replicas.",
  explanation:
    "Each deployment would reset the replica count that the autoscaler chose, even during peak load.",
  remediation:
    "Omit spec.replicas, as fixedReplicas(scaling) does, and set scaleTargetRef to an existing Deployment.",
  subjects: (context) => context.ofKind("HorizontalPodAutoscaler"),
  check: (autoscaler, context) => {
    const target = autoscaler.at("spec", "scaleTargetRef");
    const kind = target.at("kind").text ?? "Deployment";
    const name = target.at("name");
    const owned = findObject(context, kind, namespaceOf(autoscaler), name.text);
    if (owned === undefined) return [name.violation(`the target ${kind} ${name.displayText} does not exist`)];
    const replicas = owned.at("spec", "replicas");
    return replicas.exists
      ? [
          replicas.violation(
            `replicas is ${replicas.displayText} although an autoscaler scales the Deployment`,
          ),
        ]
      : [];
  },
};
