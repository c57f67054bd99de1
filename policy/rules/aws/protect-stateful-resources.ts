import { AWS, DATABASES, ofTypes, STATEFUL, unlessOn } from "../../aws.ts";
import type { Node } from "../../node.ts";
import type { Rule } from "../../rule.ts";

const DELETION_PROTECTED: ReadonlySet<string> = new Set([...DATABASES, AWS.cluster]);

export const protectStatefulResources: Rule<Node> = {
  name: "protect-stateful-resources",
  items: ["pre.database.deletion-protected"],
  description: "What holds data in production cannot be deleted or replaced in passing.",
  explanation:
    "A changed property may mean a new, empty database; a protected resource makes a person decide.",
  remediation:
    "Set protect: true on the resource, deletionProtection on databases, and leave forceDestroy off.",
  environments: ["production"],
  subjects: (context) => ofTypes(context, ...STATEFUL, AWS.cluster),
  check: (resource) => [
    ...(resource.resource.protect ? [] : [resource.violation("the engine would delete or replace it")]),
    ...(DELETION_PROTECTED.has(resource.resource.type)
      ? unlessOn(resource.at("deletionProtection"), "AWS would delete it")
      : []),
    ...(resource.at("forceDestroy").flag === true
      ? [resource.at("forceDestroy").violation("is deleted with all that it holds")]
      : []),
  ],
};
