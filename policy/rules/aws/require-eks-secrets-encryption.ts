import type { InputNode } from "../../input-node.ts";
import { AWS_TYPES, requireSet } from "../../lib/aws.ts";
import type { Rule } from "../../rule.ts";

export const requireEksSecretsEncryption: Rule<InputNode> = {
  name: "require-eks-secrets-encryption",
  items: ["pre.infrastructure.envelope-encryption"],
  description: "EKS encrypts Kubernetes Secrets with a customer managed KMS key.",
  explanation: "A copy of the control plane's etcd data must not expose Secrets.",
  remediation: "Set encryptionConfig with a KMS key ARN and the resource secrets.",
  subjects: (context) => context.ofType(AWS_TYPES.cluster),
  check: (cluster) => {
    const encryption = cluster.at("encryptionConfig");
    const named = encryption.at("resources").items.some(({ text }) => text === "secrets");
    return [
      ...(named ? [] : [encryption.at("resources").violation("encryptionConfig does not include secrets")]),
      ...requireSet(encryption.at("provider", "keyArn"), "no KMS key is set"),
    ];
  },
};
