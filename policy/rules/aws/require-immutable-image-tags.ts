import type { InputNode } from "../../input-node.ts";
import { AWS_TYPES, requireEnabled } from "../../lib/aws.ts";
import type { Rule } from "../../rule.ts";

export const requireImmutableImageTags: Rule<InputNode> = {
  name: "require-immutable-image-tags",
  items: ["pre.configuration.images-pinned"],
  description: "ECR repositories have immutable tags and scan images on push.",
  explanation:
    "With mutable tags, a rollback can deploy a different image; scans find known vulnerabilities.",
  remediation: "Set imageTagMutability to IMMUTABLE and scanOnPush to true on the repository.",
  subjects: (context) => context.ofType(AWS_TYPES.registry),
  check: (registry) => {
    const mutability = registry.at("imageTagMutability");
    return [
      ...(mutability.text?.startsWith("IMMUTABLE")
        ? []
        : [mutability.violation(`imageTagMutability is ${mutability.displayText}`)]),
      ...requireEnabled(
        registry.at("imageScanningConfiguration", "scanOnPush"),
        "scan on push is not enabled",
      ),
    ];
  },
};
