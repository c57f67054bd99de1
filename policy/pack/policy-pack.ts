import { dirname } from "node:path";
import { PolicyPack } from "@pulumi/policy";
import { getStack } from "@pulumi/pulumi";
import { loadPolicyConfig } from "../load-config.ts";
import { createPolicies } from "./policies.ts";

// The engine starts a pack in its own directory, below that of the stack files. A mandatory level of its own
// fails closed where a policy names none.
new PolicyPack("spacetime-vr", {
  enforcementLevel: "mandatory",
  policies: createPolicies({ config: loadPolicyConfig(dirname(process.cwd())), stack: getStack() }),
});
