import { AWS, unlessOn } from "../../aws.ts";
import type { Node } from "../../node.ts";
import type { Rule } from "../../rule.ts";

export const keepImagesUnchanged: Rule<Node> = {
  name: "keep-images-unchanged",
  items: [],
  description: "An image that was pushed stays what it is, and is scanned.",
  explanation:
    "A tag that moves makes a rollback deploy something new; a flaw found later must be found here.",
  remediation: "Set imageTagMutability IMMUTABLE and scanOnPush on the repository.",
  subjects: (context) => context.ofType(AWS.registry),
  check: (registry) => {
    const mutability = registry.at("imageTagMutability");
    return [
      ...(mutability.text?.startsWith("IMMUTABLE")
        ? []
        : [mutability.violation(`tags are ${mutability.shown}`)]),
      ...unlessOn(registry.at("imageScanningConfiguration", "scanOnPush"), "images are not scanned"),
    ];
  },
};
