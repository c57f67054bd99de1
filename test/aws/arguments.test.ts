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

describe("nothing that AWS would refuse hours later stands in the plan", () => {
  test.each(ENVIRONMENTS)("of %s", async (environment) => {
    const { resources } = await planOf(environment);
    const found = resources
      .filter(({ type }) => type.startsWith("aws:"))
      .flatMap((resource) => problemsOf(resource).map((problem) => `${resource.name}: ${problem}`));
    expect(found).toEqual([]);
  });

  test("and there is something to look at", async () => {
    const { resources } = await planOf("production");
    expect(resources.filter(({ type }) => type.startsWith("aws:")).length).toBeGreaterThan(80);
  });
});

describe("an argument that AWS refuses is found:", () => {
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

  test("by every rule, so that none can be emptied unnoticed", () => {
    const broken = new Set(ARGUMENT_CASES.map(({ rule }) => rule));
    expect([...broken].sort()).toEqual(ARGUMENT_RULES.map(({ id }) => id).sort());
  });
});
