import type { InputNode } from "../../input-node.ts";
import type { Rule } from "../../rule.ts";

/** Resource types that rules cannot check, with the reason. */
const OPAQUE_TYPES: readonly { readonly type: RegExp; readonly what: string }[] = [
  {
    type: /^kubernetes:helm\.sh\/v3:Release$/,
    what: "a Helm release renders its objects outside the plan, so they cannot be checked",
  },
  {
    type: /^kubernetes:.*Patch$/,
    what: "a patch contains only the changed fields, so the object cannot be checked",
  },
  {
    type: /^pulumi-nodejs:dynamic/,
    what: "a dynamic resource runs its own code, so its effect cannot be checked",
  },
  { type: /^command:/, what: "a command can change anything, so its effect cannot be checked" },
];

export const disallowOpaqueResources: Rule<InputNode> = {
  name: "disallow-opaque-resources",
  items: ["pre.hardening.opaque-resources"],
  description: "Every deployed object is declared in the plan as a resource of its own.",
  explanation: "Rules can only check objects in the plan; a hidden Deployment would bypass all of them.",
  remediation: "Declare each object as a resource; group them in a component.",
  subjects: (context) => context.resources,
  check: (node) => {
    const found = OPAQUE_TYPES.find(({ type }) => type.test(node.resource.type));
    return found === undefined ? [] : [node.violation(found.what)];
  },
};
