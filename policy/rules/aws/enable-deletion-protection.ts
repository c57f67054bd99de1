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
  description: "Resources that hold production data cannot be deleted or replaced accidentally.",
  explanation:
    "A changed property may mean a new, empty database; a protected resource makes a person decide.",
  remediation:
    "Set protect: true on the resource, deletionProtection on databases, and leave forceDestroy off.",
  environments: ["production"],
  subjects: (context) => resourcesOfTypes(context, ...STATEFUL_TYPES, AWS_TYPES.cluster),
  check: (resource) => [
    ...(resource.resource.protect ? [] : [resource.violation("the engine would delete or replace it")]),
    ...(TYPES_WITH_DELETION_PROTECTION.has(resource.resource.type)
      ? requireEnabled(resource.at("deletionProtection"), "AWS would delete it")
      : []),
    ...(resource.at("forceDestroy").flag === true
      ? [resource.at("forceDestroy").violation("is deleted with all that it holds")]
      : []),
  ],
};
