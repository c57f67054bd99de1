import type { InputNode } from "../../input-node.ts";
import { AWS_TYPES, requireEnabled } from "../../lib/aws.ts";
import type { Rule } from "../../rule.ts";

export const requireImmutableImageTags: Rule<InputNode> = {
  name: "require-immutable-image-tags",
  items: [],
  description: "An image that was pushed stays what it is, and is scanned.",
  explanation:
    "A tag that moves makes a rollback deploy something new; a flaw found later must be found here.",
  remediation: "Set imageTagMutability IMMUTABLE and scanOnPush on the repository.",
  subjects: (context) => context.ofType(AWS_TYPES.registry),
  check: (registry) => {
    const mutability = registry.at("imageTagMutability");
    return [
      ...(mutability.text?.startsWith("IMMUTABLE")
        ? []
        : [mutability.violation(`tags are ${mutability.displayText}`)]),
      ...requireEnabled(registry.at("imageScanningConfiguration", "scanOnPush"), "images are not scanned"),
    ];
  },
};
