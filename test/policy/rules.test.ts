import { beforeAll, describe, expect, test } from "@jest/globals";
import { pathText } from "../../policy/node.ts";
import { RULES } from "../../policy/rules/index.ts";
import { CASES } from "./cases/index.ts";
import { changedPlan, disagreement, type Expectation, expectations, judge, type Plans } from "./judge.ts";
import { realPlans } from "./real-plans.ts";
import { readsOf, withUnknown } from "./unknown-reads.ts";

let plans: Plans;

beforeAll(async () => {
  plans = await realPlans();
});

const TITLES: Readonly<Record<Expectation["kind"], string>> = {
  compliant: "complies",
  violation: "is violated",
  "not-applicable": "does not apply",
  unknown: "cannot be decided",
};

describe.each(CASES.map((cases) => ({ name: cases.rule.name, cases })))("$name", ({ cases }) => {
  test.each(
    expectations(cases).map((expected) => ({ ...expected, kindTitle: TITLES[expected.kind], expected })),
  )("$kindTitle: $title", ({ expected }) => {
    expect(disagreement(cases.rule, expected, plans)).toBeUndefined();
  });
});

describe("every rule", () => {
  test.each(RULES)(
    "$name has a compliant case, violations, a not-applicable case and an unknown-value case",
    (rule) => {
      const kinds = new Set(
        CASES.filter((cases) => cases.rule === rule)
          .flatMap(expectations)
          .map(({ kind }) => kind),
      );
      // The one rule that looks at no value, only at types, cannot meet an unknown one.
      const needed = Object.keys(TITLES).filter(
        (kind) => rule.name !== "show-every-object" || kind !== "unknown",
      );
      expect([...kinds]).toEqual(expect.arrayContaining(needed));
    },
  );

  test.each(RULES)("$name says what, why and what to do in sentences of their own", (rule) => {
    for (const sentence of [rule.description, rule.explanation, rule.remediation]) {
      expect(sentence).toMatch(/^[A-Z0-9`].*[^.…]\.$/s);
    }
  });

  test("is named once, by a verb and in kebab case", () => {
    const names = RULES.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(names.filter((name) => !/^[a-z]+(-[a-z]+)+$/.test(name))).toEqual([]);
  });
});

/** A rule that scans every text of the plan reads thousands of values; these many of them stand for all. */
const MOST_READS = 300;

describe("no rule passes over an unknown value", () => {
  test.each(CASES.map((cases) => ({ name: cases.rule.name, cases })))(
    "$name is undecided whichever of the values that it reads is unknown",
    ({ cases }) => {
      const [compliant] = expectations(cases);
      if (compliant === undefined) throw new Error("no compliant case");
      const plan = changedPlan(plans, compliant);
      const reads = readsOf(cases.rule, plan);
      const stride = Math.max(1, Math.floor(reads.length / MOST_READS));
      const passedOver = reads
        .filter((_, index) => index % stride === 0)
        .filter((read) => judge(cases.rule, withUnknown(plan, read)).outcome !== "undecided")
        .map(({ urn, path }) => `${urn.split("::").at(-1)} ${pathText(path)}`);
      expect(passedOver).toEqual([]);
    },
  );
});
