import type { InputNode } from "../../input-node.ts";
import { AWS_TYPES, requireSet } from "../../lib/aws.ts";
import type { Rule } from "../../rule.ts";

export const requireEksSecretsEncryption: Rule<InputNode> = {
  name: "require-eks-secrets-encryption",
  items: ["pre.infrastructure.envelope-encryption"],
  description: "The cluster encrypts its Secrets with a key of our own.",
  explanation: "A copy of etcd must not reveal Secrets.",
  remediation: "Set encryptionConfig with a KMS key and the resource secrets.",
  subjects: (context) => context.ofType(AWS_TYPES.cluster),
  check: (cluster) => {
    const encryption = cluster.at("encryptionConfig");
    const named = encryption.at("resources").items.some(({ text }) => text === "secrets");
    return [
      ...(named ? [] : [encryption.at("resources").violation("Secrets are not among what is encrypted")]),
      ...requireSet(encryption.at("provider", "keyArn"), "names no key"),
    ];
  },
};
