import type { InputNode } from "../../input-node.ts";
import { AWS_TYPES, requireEnabled } from "../../lib/aws.ts";
import type { Rule } from "../../rule.ts";

export const requireElasticacheEncryption: Rule<InputNode> = {
  name: "require-elasticache-encryption",
  items: [],
  description: "Managed caches are encrypted at rest and take connections over TLS alone.",
  explanation: "Sessions and hand-over tokens pass through the cache.",
  remediation: "Set atRestEncryptionEnabled, transitEncryptionEnabled and transitEncryptionMode required.",
  subjects: (context) => context.ofType(AWS_TYPES.cache),
  check: (cache) => {
    const mode = cache.at("transitEncryptionMode");
    return [
      ...requireEnabled(cache.at("atRestEncryptionEnabled"), "not encrypted at rest"),
      ...requireEnabled(cache.at("transitEncryptionEnabled"), "takes plain connections"),
      // AWS requires it where nothing is said.
      ...(mode.unknown || (mode.exists && mode.text !== "required")
        ? [mode.violation(`TLS is ${mode.displayText}, not required`)]
        : []),
    ];
  },
};
