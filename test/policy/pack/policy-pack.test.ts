import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { RULES } from "../../../policy/rules/index.ts";
import { planOf } from "../../support/plans.ts";
import { DraftPlan } from "../support/draft-plan.ts";
import type { Plans } from "../support/expectations.ts";
import { realPlans } from "../support/real-plans.ts";
import { engineResources, generatedSecret, UNKNOWN_SENTINEL } from "./engine-resources.ts";
import { PolicyPackProcess } from "./policy-pack-process.ts";

let plans: Plans;
let pack: PolicyPackProcess;

beforeAll(async () => {
  plans = await realPlans();
  pack = await PolicyPackProcess.start("production");
}, 60_000);
afterAll(() => pack?.stop());

/** The changed production plan, in the form that Pulumi passes to the pack. */
const analyzeChanged = (change: (draft: DraftPlan) => void) => {
  const draft = new DraftPlan(plans.production);
  change(draft);
  return engineResources(draft.plan);
};

describe("the policy pack in a separate process, called as Pulumi calls it", () => {
  test("every rule is a policy, mandatory in production", async () => {
    const levels = await pack.enforcementLevels();
    expect([...levels.keys()]).toEqual([
      "collect-resource-inputs",
      ...RULES.map(({ name }) => name),
      "report-undecided-and-waived",
      "disallow-expired-waivers",
    ]);
    const advisory = [...levels].filter(([, level]) => level === "advisory").map(([name]) => name);
    expect(advisory).toEqual(["collect-resource-inputs", "report-undecided-and-waived"]);
  });

  test("reports nothing for the real plan, including defaults that the cluster adds", async () => {
    expect(await pack.analyze(engineResources(plans.production))).toEqual([]);
  });

  test("blocks a violation and reports the resource, reason and remedy", async () => {
    const resources = analyzeChanged((draft) => {
      draft.container("gateway-deployment").image =
        "471112345678.dkr.ecr.eu-central-1.amazonaws.com/nginx:latest";
    });
    const [found, ...others] = await pack.analyze(resources);
    expect(others).toEqual([]);
    expect(found).toMatchObject({ policy: "require-pinned-images", level: "mandatory" });
    expect(found?.urn).toMatch(/::gateway-deployment$/);
    expect(found?.message).toMatch(
      /image 471112345678\.dkr\.ecr\.eu-central-1\.amazonaws\.com\/nginx:latest has no exact version/,
    );
    expect(found?.message).toMatch(/Why: A floating tag[\s\S]*Remedy: Write the image as/);
  });

  test("blocks example values and missing alert receivers, because a preview may be part of a deployment", async () => {
    const found = await pack.analyze(engineResources(await planOf("production")));
    expect(new Set(found.map(({ policy, level }) => `${policy} ${level}`))).toEqual(
      new Set(["disallow-example-values mandatory", "require-alert-receivers mandatory"]),
    );
  });

  test("reports each unknown value once, with all undecided rules, and does not block", async () => {
    const resources = engineResources(plans.production).map((resource) =>
      resource.name === "secrets-redis"
        ? { ...resource, inputs: { ...resource.inputs, stringData: UNKNOWN_SENTINEL } }
        : resource,
    );
    const [found, ...others] = await pack.analyze(resources);
    expect(others).toEqual([]);
    expect(found).toMatchObject({ policy: "report-undecided-and-waived", level: "advisory" });
    expect(found?.message).toMatch(/stringData: unknown until apply/);
    expect(found?.message).toMatch(
      /\(disallow-plaintext-secrets, require-generated-secrets, .*disallow-dangling-secret-references/,
    );
  });

  test("reports many unknown values in one line, and each of them only on request", async () => {
    const resources = engineResources(plans.production).map((resource) =>
      resource.name.startsWith("secrets-") && "stringData" in resource.inputs
        ? { ...resource, inputs: { ...resource.inputs, stringData: UNKNOWN_SENTINEL } }
        : resource,
    );
    const summary = await pack.analyze(resources);
    expect(summary).toHaveLength(1);
    expect(summary[0]?.message).toMatch(
      /^Reports rules that [^\n]+\n\d+ values are unknown until apply, so \d+ rules were not evaluated for them\. Set SPACETIME_VR_POLICY_DETAILS=1 to list them\.$/,
    );
    const verbose = await PolicyPackProcess.start("production", { SPACETIME_VR_POLICY_DETAILS: "1" });
    try {
      const details = await verbose.analyze(resources);
      expect(details.length).toBeGreaterThan(3);
      expect(details.map(({ level }) => level)).toEqual(details.map(() => "advisory"));
    } finally {
      await verbose.stop();
    }
  });

  test("finds a secret by its value in any field and does not print it", async () => {
    const token = generatedSecret("secrets-api-token.base64");
    const resources = analyzeChanged((draft) => {
      draft.variables.GODOT_MOTTO = token;
      draft.container("gateway-deployment").args = [`--header=Bearer ${token}`];
      draft.container("game-server-main-deployment").image = `ghcr.io/${token}`;
    });
    const found = await pack.analyze(resources);
    expect(new Set(found.map(({ policy }) => policy))).toEqual(
      new Set([
        "disallow-plaintext-secrets",
        "require-game-server-image-digest",
        "require-pinned-images",
        "restrict-image-registries",
      ]),
    );
    expect(JSON.stringify(found)).not.toContain(token);
  });
});

test("the pack does not start for a stack that is not an environment", async () => {
  await expect(PolicyPackProcess.start("dev")).rejects.toThrow('Stack "dev" is not an environment');
});
