import { describe, expect, test } from "@jest/globals";
import { ENVIRONMENTS } from "../../components/shared/environments.ts";
import type { PlannedResource } from "../../plan/plan.ts";
import { planOf } from "../support/plans.ts";
import { ARGUMENT_CASES } from "./argument-cases.ts";
import { ARGUMENT_RULES } from "./argument-rules.ts";

function problemsOf(resource: PlannedResource): string[] {
  return ARGUMENT_RULES.flatMap(({ id, problems }) =>
    problems(resource).map((problem) => `${id}: ${problem}`),
  );
}

describe("the plan has no arguments that AWS would reject during the deployment", () => {
  test.each(ENVIRONMENTS)("of %s", async (environment) => {
    const { resources } = await planOf(environment);
    const found = resources
      .filter(({ type }) => type.startsWith("aws:"))
      .flatMap((resource) => problemsOf(resource).map((problem) => `${resource.name}: ${problem}`));
    expect(found).toEqual([]);
  });

  test("the plans contain arguments to check", async () => {
    const { resources } = await planOf("production");
    expect(resources.filter(({ type }) => type.startsWith("aws:")).length).toBeGreaterThan(80);
  });
});

describe("an argument that AWS rejects is reported:", () => {
  test.each(ARGUMENT_CASES)("$rule: $title", ({ rule, type, inputs, message }) => {
    const resource: PlannedResource = {
      urn: "urn:test",
      type,
      name: "test",
      parent: null,
      custom: true,
      protect: false,
      dependsOn: [],
      inputs,
    };
    const [found] = ARGUMENT_RULES.filter(({ id }) => id === rule);
    expect(found?.problems(resource).join("\n")).toContain(message);
  });

  test("every rule has a case, so that no rule can become ineffective unnoticed", () => {
    const broken = new Set(ARGUMENT_CASES.map(({ rule }) => rule));
    expect([...broken].sort()).toEqual(ARGUMENT_RULES.map(({ id }) => id).sort());
  });
});
