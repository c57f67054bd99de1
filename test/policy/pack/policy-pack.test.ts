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

/** The production plan, changed, as the engine shows it. */
const analyzeChanged = (change: (draft: DraftPlan) => void) => {
  const draft = new DraftPlan(plans.production);
  change(draft);
  return engineResources(draft.plan);
};

describe("the policy pack in a process of its own, asked as the engine asks it", () => {
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

  test("has nothing to say to the real plan, whatever defaults the cluster fills in", async () => {
    expect(await pack.analyze(engineResources(plans.production))).toEqual([]);
  });

  test("blocks a violation, at the resource, with the reason and the remedy", async () => {
    const resources = analyzeChanged((draft) => {
      draft.container("gateway-deployment").image = "docker.io/library/nginx:latest";
    });
    const [found, ...others] = await pack.analyze(resources);
    expect(others).toEqual([]);
    expect(found).toMatchObject({ policy: "require-pinned-images", level: "mandatory" });
    expect(found?.urn).toMatch(/::gateway-deployment$/);
    expect(found?.message).toMatch(/image docker\.io\/library\/nginx:latest names no exact version/);
    expect(found?.message).toMatch(/Why: A floating tag[\s\S]*Remedy: Write the image as/);
  });

  test("blocks examples, because it cannot know that nothing will be deployed", async () => {
    const found = await pack.analyze(engineResources(await planOf("production")));
    expect(new Set(found.map(({ policy, level }) => `${policy} ${level}`))).toEqual(
      new Set(["disallow-example-values mandatory"]),
    );
  });

  test("tells of an unknown value once, with every rule that it keeps from deciding, and blocks nothing", async () => {
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
      /^Rules that [^\n]+\n\d+ values are unknown until apply, so \d+ rules were not evaluated for them\. Set SPACETIME_VR_POLICY_DETAILS=1 to list them\.$/,
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

  test("finds a secret by its value wherever it stands, and never repeats it", async () => {
    const token = generatedSecret("secrets-api-token.base64");
    const resources = analyzeChanged((draft) => {
      draft.variables.GODOT_MOTTO = token;
      draft.container("gateway-deployment").args = [`--header=Bearer ${token}`];
      draft.container("game-server-main-deployment").image = `ghcr.io/${token}`;
    });
    const found = await pack.analyze(resources);
    expect(new Set(found.map(({ policy }) => policy))).toEqual(
      new Set(["disallow-plaintext-secrets", "require-game-server-image-digest", "require-pinned-images"]),
    );
    expect(JSON.stringify(found)).not.toContain(token);
  });
});

test("a stack that is no environment has no levels, so the pack does not start", async () => {
  await expect(PolicyPackProcess.start("dev")).rejects.toThrow('Stack "dev" is no environment');
});
