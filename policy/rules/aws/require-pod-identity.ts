import type { InputNode } from "../../input-node.ts";
import { AWS_TYPES, resourcesOfTypes } from "../../lib/aws.ts";
import { containers } from "../../lib/kubernetes.ts";
import type { Rule } from "../../rule.ts";

export const requirePodIdentity: Rule<InputNode> = {
  name: "require-pod-identity",
  items: ["pre.infrastructure.workload-identity"],
  description: "Workloads get their cloud roles by Pod Identity; there is no cloud key to steal.",
  explanation: "An access key stays valid until it is revoked; a pod's role ends with the pod.",
  remediation: "Remove the IAM user or key, and give the ServiceAccount a role (PodRole).",
  subjects: (context) => [
    ...resourcesOfTypes(context, AWS_TYPES.user, AWS_TYPES.accessKey),
    ...containers(context).flatMap(({ node }) => node.at("env").items),
  ],
  check: (subject) => {
    const { type } = subject.resource;
    if (type === AWS_TYPES.user || type === AWS_TYPES.accessKey)
      return [subject.violation("a standing cloud identity with a key")];
    const name = subject.at("name");
    return name.text?.startsWith("AWS_SECRET") || name.text === "AWS_ACCESS_KEY_ID"
      ? [name.violation("a cloud key in a workload's environment")]
      : [];
  },
};
