import { dirname } from "node:path";
import { PolicyPack } from "@pulumi/policy";
import { getStack } from "@pulumi/pulumi";
import { loadPolicyConfig } from "../load-config.ts";
import { createPolicies, DETAILS_VARIABLE } from "./policies.ts";

// Pulumi starts the pack in the pack's directory, one level below the stack files. The default level is
// mandatory, so that a policy without a level fails closed.
new PolicyPack("spacetime-vr", {
  enforcementLevel: "mandatory",
  policies: createPolicies({
    config: loadPolicyConfig(dirname(process.cwd())),
    stack: getStack(),
    details: process.env[DETAILS_VARIABLE] === "1",
  }),
});
