import type { InputNode } from "../../input-node.ts";
import {
  AWS_TYPES,
  DATABASE_TYPES,
  requireEnabled,
  resourcesOfTypes,
  STATEFUL_TYPES,
} from "../../lib/aws.ts";
import type { Rule } from "../../rule.ts";

const TYPES_WITH_DELETION_PROTECTION: ReadonlySet<string> = new Set([...DATABASE_TYPES, AWS_TYPES.cluster]);

export const enableDeletionProtection: Rule<InputNode> = {
  name: "enable-deletion-protection",
  items: ["pre.database.deletion-protected"],
  description: "Production data stores are protected against deletion and replacement.",
  explanation:
    "A property change can replace the database with an empty one; a protected resource requires a manual decision.",
  remediation:
    "Set protect: true on the resource, deletionProtection: true on databases, and forceDestroy: false.",
  environments: ["production"],
  subjects: (context) => resourcesOfTypes(context, ...STATEFUL_TYPES, AWS_TYPES.cluster),
  check: (resource) => [
    ...(resource.resource.protect
      ? []
      : [resource.violation("the resource is not protected (protect: true)")]),
    ...(TYPES_WITH_DELETION_PROTECTION.has(resource.resource.type)
      ? requireEnabled(resource.at("deletionProtection"), "deletion protection is not enabled")
      : []),
    ...(resource.at("forceDestroy").flag === true
      ? [resource.at("forceDestroy").violation("forceDestroy deletes the bucket with all its objects")]
      : []),
  ],
};
