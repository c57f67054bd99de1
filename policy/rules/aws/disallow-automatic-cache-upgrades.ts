import type { InputNode } from "../../input-node.ts";
import { AWS_TYPES } from "../../lib/aws.ts";
import type { Rule } from "../../rule.ts";

export const disallowAutomaticCacheUpgrades: Rule<InputNode> = {
  name: "disallow-automatic-cache-upgrades",
  items: ["pre.redis.storage"],
  description: "Managed caches are upgraded by a deployment only.",
  explanation:
    "After an upgrade by AWS, the stack file names an older version than the cache has. The provider plans a downgrade as a replacement, which deletes the data or fails because the cache is protected.",
  remediation: "Set autoMinorVersionUpgrade to false, and raise redis.engineVersion.",
  subjects: (context) => context.ofType(AWS_TYPES.cache),
  check: (cache) => {
    const automatic = cache.at("autoMinorVersionUpgrade");
    return automatic.flag === false
      ? []
      : [automatic.violation(`minor versions are upgraded automatically (${automatic.displayText})`)];
  },
};
