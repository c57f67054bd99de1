import type { Node } from "../../node.ts";
import type { Rule } from "../../rule.ts";

const PREFIX = "app.kubernetes.io/";

export const labelObjects: Rule<Node> = {
  name: "label-objects",
  items: [],
  description:
    "Every Kubernetes object carries the recommended labels name, instance, part-of and managed-by.",
  explanation: "Network policies, dashboards and people find objects by them.",
  remediation: "Spread objectLabels() or commonLabels() of components/shared/labels.ts into metadata.labels.",
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
      const label = labels.at(`${PREFIX}${name}`);
      const isRight = value === undefined ? label.text !== undefined : label.text === value;
      return isRight ? [] : [label.violation(`label ${PREFIX}${name} is ${label.shown}`)];
    });
  },
};
