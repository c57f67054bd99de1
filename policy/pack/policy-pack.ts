import { dirname } from "node:path";
import { PolicyPack } from "@pulumi/policy";
import { getStack } from "@pulumi/pulumi";
import { loadPolicyConfig } from "../load-config.ts";
import { createPolicies, DETAILS_VARIABLE } from "./policies.ts";

// The engine starts a pack in its own directory, below that of the stack files. A mandatory level of its own
// fails closed where a policy names none.
new PolicyPack("spacetime-vr", {
  enforcementLevel: "mandatory",
  policies: createPolicies({
    config: loadPolicyConfig(dirname(process.cwd())),
    stack: getStack(),
    details: process.env[DETAILS_VARIABLE] === "1",
  }),
});
