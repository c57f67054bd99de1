import type { InputNode } from "../../input-node.ts";
import type { Rule } from "../../rule.ts";

/** Resources whose objects or effects no rule can see, with what hides them. */
const OPAQUE_TYPES: readonly { readonly type: RegExp; readonly what: string }[] = [
  { type: /^kubernetes:helm\.sh\/v3:Release$/, what: "a Helm release renders its objects outside the plan" },
  { type: /^kubernetes:.*Patch$/, what: "a patch shows only what it changes" },
  { type: /^pulumi-nodejs:dynamic/, what: "a dynamic resource runs code of its own" },
  { type: /^command:/, what: "a command does what its text says, whatever that is" },
];

export const disallowOpaqueResources: Rule<InputNode> = {
  name: "disallow-opaque-resources",
  items: [],
  description: "Everything that is deployed stands in the plan as what it is.",
  explanation: "A rule can only judge what it sees: one hidden Deployment undoes all of them.",
  remediation: "Declare the objects themselves; a component gives them a name in common.",
  subjects: (context) => context.resources,
  check: (node) => {
    const found = OPAQUE_TYPES.find(({ type }) => type.test(node.resource.type));
    return found === undefined ? [] : [node.violation(found.what)];
  },
};
