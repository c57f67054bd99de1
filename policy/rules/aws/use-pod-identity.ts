import { AWS, ofTypes } from "../../aws.ts";
import { containers } from "../../kubernetes.ts";
import type { Node } from "../../node.ts";
import type { Rule } from "../../rule.ts";

export const usePodIdentity: Rule<Node> = {
  name: "use-pod-identity",
  items: ["pre.infrastructure.workload-identity"],
  description: "Workloads get their cloud roles by Pod Identity; there is no cloud key to steal.",
  explanation: "A key lives until somebody remembers it; a pod's role ends with the pod.",
  remediation: "Remove the IAM user or key, and give the ServiceAccount a role (PodRole).",
  subjects: (context) => [
    ...ofTypes(context, AWS.user, AWS.accessKey),
    ...containers(context).flatMap(({ node }) => node.at("env").items),
  ],
  check: (subject) => {
    const { type } = subject.resource;
    if (type === AWS.user || type === AWS.accessKey)
      return [subject.violation("a standing cloud identity with a key")];
    const name = subject.at("name");
    return name.text?.startsWith("AWS_SECRET") || name.text === "AWS_ACCESS_KEY_ID"
      ? [name.violation("a cloud key in a workload's environment")]
      : [];
  },
};
