import type { InputNode } from "../../input-node.ts";
import { AWS_TYPES, requireEnabled } from "../../lib/aws.ts";
import type { Rule } from "../../rule.ts";

export const requireElasticacheEncryption: Rule<InputNode> = {
  name: "require-elasticache-encryption",
  items: ["pre.hardening.encryption-at-rest", "pre.redis.tls"],
  description: "Managed caches are encrypted at rest and accept TLS connections only.",
  explanation: "The cache contains sessions and hand-over tokens.",
  remediation:
    "Set atRestEncryptionEnabled and transitEncryptionEnabled to true, and transitEncryptionMode to required.",
  subjects: (context) => context.ofType(AWS_TYPES.cache),
  check: (cache) => {
    const mode = cache.at("transitEncryptionMode");
    return [
      ...requireEnabled(cache.at("atRestEncryptionEnabled"), "encryption at rest is not enabled"),
      ...requireEnabled(cache.at("transitEncryptionEnabled"), "encryption in transit is not enabled"),
      // The AWS default is required.
      ...(mode.unknown || (mode.exists && mode.text !== "required")
        ? [mode.violation(`TLS is ${mode.displayText}, not required`)]
        : []),
    ];
  },
};
