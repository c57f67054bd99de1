import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { RULES } from "../../policy/rules/index.ts";
import { planOf } from "../support/plans.ts";
import { DraftPlan } from "./draft.ts";
import { RunningPack } from "./engine-client.ts";
import { engineResources, plaintext, UNKNOWN_TEXT } from "./engine-view.ts";
import type { Plans } from "./judge.ts";
import { realPlans } from "./real-plans.ts";

let plans: Plans;
let pack: RunningPack;

beforeAll(async () => {
  plans = await realPlans();
  pack = await RunningPack.start("production");
}, 60_000);
afterAll(() => pack?.stop());

/** The production plan, changed, as the engine shows it. */
const changed = (change: (draft: DraftPlan) => void) => {
  const draft = new DraftPlan(plans.production);
  change(draft);
  return engineResources(draft.plan);
};

describe("the policy pack in a process of its own, asked as the engine asks it", () => {
  test("every rule is a policy, mandatory in production", async () => {
    const levels = await pack.levels();
    expect([...levels.keys()]).toEqual([
      "see-inputs",
      ...RULES.map(({ name }) => name),
      "tell-what-is-open",
      "renew-waivers",
    ]);
    const advisory = [...levels].filter(([, level]) => level === "advisory").map(([name]) => name);
    expect(advisory).toEqual(["see-inputs", "tell-what-is-open"]);
  });

  test("has nothing to say to the real plan, whatever defaults the cluster fills in", async () => {
    expect(await pack.analyze(engineResources(plans.production))).toEqual([]);
  });

  test("blocks a violation, at the resource, with the reason and the remedy", async () => {
    const resources = changed((draft) => {
      draft.container("gateway-deployment").image = "docker.io/library/nginx:latest";
    });
    const [found, ...others] = await pack.analyze(resources);
    expect(others).toEqual([]);
    expect(found).toMatchObject({ policy: "pin-images", level: "mandatory" });
    expect(found?.urn).toMatch(/::gateway-deployment$/);
    expect(found?.message).toMatch(/image docker\.io\/library\/nginx:latest names no exact version/);
    expect(found?.message).toMatch(/Why: A floating tag[\s\S]*Remedy: Write the image as/);
  });

  test("blocks examples, because it cannot know that nothing will be deployed", async () => {
    const found = await pack.analyze(engineResources(await planOf("production")));
    expect(new Set(found.map(({ policy, level }) => `${policy} ${level}`))).toEqual(
      new Set(["replace-example-values mandatory"]),
    );
  });

  test("tells of an unknown value once, with every rule that it keeps from deciding, and blocks nothing", async () => {
    const resources = engineResources(plans.production).map((resource) =>
      resource.name === "secrets-redis"
        ? { ...resource, inputs: { ...resource.inputs, stringData: UNKNOWN_TEXT } }
        : resource,
    );
    const [found, ...others] = await pack.analyze(resources);
    expect(others).toEqual([]);
    expect(found).toMatchObject({ policy: "tell-what-is-open", level: "advisory" });
    expect(found?.message).toMatch(/stringData: known only after the deployment/);
    expect(found?.message).toMatch(/\(conceal-secrets, generate-secrets, .*resolve-secret-references/);
  });

  test("finds a secret by its value wherever it stands, and never repeats it", async () => {
    const token = plaintext("secrets-api-token.base64");
    const resources = changed((draft) => {
      draft.variables.GODOT_MOTTO = token;
      draft.container("gateway-deployment").args = [`--header=Bearer ${token}`];
      draft.container("game-server-main-deployment").image = `ghcr.io/${token}`;
    });
    const found = await pack.analyze(resources);
    expect(new Set(found.map(({ policy }) => policy))).toEqual(
      new Set(["conceal-secrets", "pin-game-image", "pin-images"]),
    );
    expect(JSON.stringify(found)).not.toContain(token);
  });
});

test("a stack that is no environment has no levels, so the pack does not start", async () => {
  await expect(RunningPack.start("dev")).rejects.toThrow('Stack "dev" is no environment');
});
