import type { InputNode } from "../../input-node.ts";
import { findObject, namespaceOf } from "../../lib/kubernetes.ts";
import type { Rule } from "../../rule.ts";

export const disallowReplicasWithAutoscaler: Rule<InputNode> = {
  name: "disallow-replicas-with-autoscaler",
  items: [],
  description: "A Deployment that an autoscaler owns names no number of replicas.",
  explanation: "Every deployment would reset the autoscaler's decision, in the middle of a peak too.",
  remediation:
    "Leave spec.replicas out, as replicas(scaling) does, and name an existing Deployment as target.",
  subjects: (context) => context.ofKind("HorizontalPodAutoscaler"),
  check: (autoscaler, context) => {
    const target = autoscaler.at("spec", "scaleTargetRef");
    const kind = target.at("kind").text ?? "Deployment";
    const name = target.at("name");
    const owned = findObject(context, kind, namespaceOf(autoscaler), name.text);
    if (owned === undefined) return [name.violation(`there is no ${kind} ${name.displayText} to scale`)];
    const replicas = owned.at("spec", "replicas");
    return replicas.exists
      ? [replicas.violation(`replicas is ${replicas.displayText} although an autoscaler owns it`)]
      : [];
  },
};
