import { beforeAll, describe, expect, test } from "@jest/globals";
import {
  type PolicyResource,
  type ResourceValidationArgs,
  type StackValidationArgs,
  unknownCheckingProxy,
} from "@pulumi/policy";
import type { PolicyConfig, Waiver } from "../../../policy/config.ts";
import { loadPolicyConfig } from "../../../policy/load-config.ts";
import { createPolicies } from "../../../policy/pack/policies.ts";
import { DraftPlan } from "../support/draft-plan.ts";
import type { Plans } from "../support/expectations.ts";
import { EXISTING_CLUSTER } from "../support/plan-names.ts";
import { realPlans } from "../support/real-plans.ts";
import { unmarkedResources } from "./engine-resources.ts";
import type { EngineResource } from "./policy-pack-process.ts";

const TODAY = new Date("2026-03-15T12:00:00Z");
const WAIVER: Waiver = {
  rule: "require-pinned-images",
  environment: "production",
  resource: "kubernetes:apps/v1:Deployment::gateway-deployment",
  owner: "platform team",
  reason: "the vendor has not tagged the fix yet",
  expires: "2026-03-31",
};

let plans: Plans;
beforeAll(async () => {
  plans = await realPlans();
});

/** What the pack with these waivers reports for a gateway with a floating image tag: policy and message. */
async function reportedViolations(
  ...waivers: readonly Waiver[]
): Promise<readonly (readonly [string, string])[]> {
  const config: PolicyConfig = { ...loadPolicyConfig("."), waivers };
  const draft = new DraftPlan(plans[EXISTING_CLUSTER]);
  draft.container("gateway-deployment").image = "docker.io/library/nginx:latest";
  const arrived = unmarkedResources(draft.plan);
  const resources = arrived.map((resource) => validationArgs<PolicyResource>(resource, resource.outputs));
  const found: [string, string][] = [];
  for (const policy of createPolicies({ config, stack: "production", today: TODAY })) {
    const report = (message: string): void => void found.push([policy.name, message]);
    if ("validateStack" in policy) await validate(() => policy.validateStack(stackArgs(resources), report));
    else if (typeof policy.validateResource === "function") {
      for (const resource of arrived)
        await policy.validateResource(
          validationArgs<ResourceValidationArgs>(resource, resource.inputs),
          report,
        );
    }
  }
  return found;
}

/** The parts of Pulumi's arguments that the pack reads. */
function validationArgs<Args>({ urn, type, name, protect }: EngineResource, props: object): Args {
  return { urn, type, name, opts: { protect }, props: unknownCheckingProxy(props) } as Args;
}

class NotApplicable extends Error {}

function stackArgs(resources: PolicyResource[]): StackValidationArgs {
  return {
    resources,
    stackTags: new Map(),
    getConfig: <T extends object>() => ({}) as T,
    notApplicable: () => {
      throw new NotApplicable();
    },
  };
}

async function validate(run: () => unknown): Promise<void> {
  try {
    await run();
  } catch (error) {
    if (!(error instanceof NotApplicable)) throw error;
  }
}

describe("waivers in the pack", () => {
  test("without a waiver, the rule reports the violation", async () => {
    const [[policy, message] = ["", ""], ...others] = await reportedViolations();
    expect(others).toEqual([]);
    expect(policy).toBe("require-pinned-images");
    expect(message).toMatch(/has no exact version\nWhy: [\s\S]*\nRemedy: /);
  });

  test("an active waiver turns the violation into an advisory that names the owner", async () => {
    expect(await reportedViolations(WAIVER)).toEqual([
      [
        "report-undecided-and-waived",
        "spec.template.spec.containers[0].image: image docker.io/library/nginx:latest has no exact version (require-pinned-images, waived by platform team until 2026-03-31: the vendor has not tagged the fix yet)",
      ],
    ]);
  });

  test("an expired waiver is a violation, in addition to the one that it covered", async () => {
    const found = await reportedViolations({ ...WAIVER, expires: "2026-01-01" });
    expect(found.map(([policy]) => policy)).toEqual(["require-pinned-images", "disallow-expired-waivers"]);
    expect(found[1]?.[1]).toMatch(/owned by platform team, expired on 2026-01-01/);
  });
});
