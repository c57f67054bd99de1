import type { InputNode } from "../../input-node.ts";
import type { Rule } from "../../rule.ts";

const LABEL_PREFIX = "app.kubernetes.io/";

export const requireRecommendedLabels: Rule<InputNode> = {
  name: "require-recommended-labels",
  items: ["pre.hardening.labels"],
  description: "Every Kubernetes object has the recommended labels name, instance, part-of and managed-by.",
  explanation: "Network policies, dashboards and operators select objects by these labels.",
  remediation:
    "Spread objectLabels() or commonLabels() of components/shared/kubernetes/labels.ts into metadata.labels.",
  subjects: (context) =>
    context.resources.filter(
      (object) => object.resource.type.startsWith("kubernetes:") && object.at("kind").exists,
    ),
  check: (object, { environment }) => {
    const labels = object.at("metadata", "labels");
    const expected = {
      name: undefined,
      instance: environment,
      "part-of": "spacetime-vr",
      "managed-by": "pulumi",
    };
    return Object.entries(expected).flatMap(([name, value]) => {
      const label = labels.at(`${LABEL_PREFIX}${name}`);
      const isRight = value === undefined ? label.text !== undefined : label.text === value;
      return isRight ? [] : [label.violation(`label ${LABEL_PREFIX}${name} is ${label.displayText}`)];
    });
  },
};
