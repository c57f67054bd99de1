import { AWS, unlessOn } from "../../aws.ts";
import type { Node } from "../../node.ts";
import type { Rule } from "../../rule.ts";

export const encryptCaches: Rule<Node> = {
  name: "encrypt-caches",
  items: [],
  description: "Managed caches are encrypted at rest and take connections over TLS alone.",
  explanation: "Sessions and hand-over tokens pass through the cache.",
  remediation: "Set atRestEncryptionEnabled, transitEncryptionEnabled and transitEncryptionMode required.",
  subjects: (context) => context.ofType(AWS.cache),
  check: (cache) => {
    const mode = cache.at("transitEncryptionMode");
    return [
      ...unlessOn(cache.at("atRestEncryptionEnabled"), "not encrypted at rest"),
      ...unlessOn(cache.at("transitEncryptionEnabled"), "takes plain connections"),
      // AWS requires it where nothing is said.
      ...(mode.unknown || (mode.exists && mode.text !== "required")
        ? [mode.violation(`TLS is ${mode.shown}, not required`)]
        : []),
    ];
  },
};
