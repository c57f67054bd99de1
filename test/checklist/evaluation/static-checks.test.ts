import { beforeAll, describe, expect, test } from "@jest/globals";
import { evaluateChecklist } from "../../../checklist/evaluation/evaluate-checklist.ts";
import type { ChecklistFacts, StaticFacts } from "../../../checklist/evaluation/facts.ts";
import { REGISTRY } from "../../../checklist/evaluation/registry.ts";
import type { ItemResult } from "../../../checklist/evaluation/verdict.ts";
import { items } from "../../../checklist/items/index.ts";
import type { StaticCheck } from "../../../checklist/static-checks/static-check.ts";
import { evaluatePlan } from "../../../policy/evaluate.ts";
import { loadPolicyConfig } from "../../../policy/load-config.ts";
import { knownGoodFacts, NOW } from "../support/facts.ts";
import { KNOWN_BAD, OTHER_COMMIT } from "../support/known-bad.ts";

const labelOf = ({ name, finding }: Pick<StaticCheck, "name" | "finding">): string =>
  finding === undefined ? name : `${name} ${finding}`;

let facts: ChecklistFacts;
let passing: readonly ItemResult[];

beforeAll(async () => {
  facts = await knownGoodFacts();
  // As if every other item had passed.
  passing = evaluateChecklist(facts).map((result) => ({ ...result, verdict: "pass" }));
});

describe("every static check passes on good facts and fails on its known fault", () => {
  test("there is a known fault for each check, and no other", () => {
    expect(Object.keys(KNOWN_BAD).sort()).toEqual(REGISTRY.staticChecks.map(labelOf).sort());
  });

  test("every item with a static check has an implementation with a known fault", () => {
    const labels = items.flatMap(({ check }) =>
      "kind" in check && check.kind === "check"
        ? [labelOf({ name: check.check, ...(check.finding === undefined ? {} : { finding: check.finding }) })]
        : [],
    );
    expect(labels.filter((label) => !(label in KNOWN_BAD))).toEqual([]);
    expect(new Set(labels).size).toBe(REGISTRY.staticChecks.length);
  });

  test.each(REGISTRY.staticChecks.map((check) => [labelOf(check), check] as const))("%s", (label, check) => {
    if (check.name !== "checklist/evidence") {
      expect(check.run(facts.static, passing)).toMatchObject({ kind: "checked", problems: [] });
      expect((check.run(facts.static, passing) as { subjects: number }).subjects).toBeGreaterThan(0);
    }
    const bad = KNOWN_BAD[label]?.(facts.static, passing);
    const outcome = bad === undefined ? undefined : check.run(bad.facts, bad.earlier);
    expect(outcome).toMatchObject({ kind: "checked" });
    expect((outcome as { problems: readonly string[] }).problems.length).toBeGreaterThan(0);
  });
});

describe("nothing passes without a subject", () => {
  test("no check passes on empty facts", () => {
    const empty: StaticFacts = {
      environment: "production",
      now: NOW,
      plan: { ...facts.static.plan, resources: [] },
      config: undefined,
      raw: undefined,
      validation: [],
      golden: undefined,
      repository: undefined,
      gate: undefined,
      release: undefined,
      scan: undefined,
      lockfileDigest: undefined,
      schema: undefined,
      evidence: [],
    };
    const passed = REGISTRY.staticChecks.filter((check) => {
      const outcome = check.run(empty, []);
      return outcome.kind === "checked" && outcome.subjects > 0 && outcome.problems.length === 0;
    });
    expect(passed.map(labelOf)).toEqual([]);
  });

  test("no static item passes on an empty plan", () => {
    const plan = { ...facts.static.plan, resources: [] };
    const policy = evaluatePlan(plan, loadPolicyConfig(process.cwd()), { today: NOW });
    const results = evaluateChecklist({ ...facts, policy, static: { ...facts.static, plan } });
    expect(results.filter(({ verdict }) => verdict === "pass")).toEqual([]);
  });

  test("results of the gate on another commit prove nothing", () => {
    const gateChecks = REGISTRY.staticChecks.filter(({ name }) => name === "repository/tests");
    const { gate } = facts.static;
    if (gate === undefined) throw new Error("The facts have no gate.");
    const outcomes = gateChecks.map((check) =>
      check.run({ ...facts.static, gate: { ...gate, commit: OTHER_COMMIT } }, []),
    );
    expect(outcomes.map(({ kind }) => kind)).toEqual(["missing", "missing"]);
  });
});
