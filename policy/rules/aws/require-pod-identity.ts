import type { InputNode } from "../../input-node.ts";
import { AWS_TYPES, resourcesOfTypes } from "../../lib/aws.ts";
import { containers } from "../../lib/kubernetes.ts";
import type { Rule } from "../../rule.ts";

export const requirePodIdentity: Rule<InputNode> = {
  name: "require-pod-identity",
  items: ["pre.infrastructure.workload-identity"],
  description: "Workloads use EKS Pod Identity; no IAM users or static access keys exist.",
  explanation: "Static keys stay valid until they are revoked; Pod Identity credentials expire with the pod.",
  remediation: "Remove the IAM user or access key, and assign a role to the ServiceAccount (PodRole).",
  subjects: (context) => [
    ...resourcesOfTypes(context, AWS_TYPES.user, AWS_TYPES.accessKey),
    ...containers(context).flatMap(({ node }) => node.at("env").items),
  ],
  check: (subject) => {
    const { type } = subject.resource;
    if (type === AWS_TYPES.user || type === AWS_TYPES.accessKey)
      return [subject.violation("IAM users and access keys are long-lived credentials")];
    const name = subject.at("name");
    return name.text?.startsWith("AWS_SECRET") || name.text === "AWS_ACCESS_KEY_ID"
      ? [name.violation("the container's environment contains an AWS access key")]
      : [];
  },
};
