import { beforeAll, describe, expect, test } from "@jest/globals";
import { formatPath } from "../../policy/input-node.ts";
import { RULES } from "../../policy/rules/index.ts";
import { CASES } from "./cases/index.ts";
import {
  applyChanges,
  type Expectation,
  evaluateOnPlan,
  expectationsFor,
  mismatch,
  type Plans,
} from "./support/expectations.ts";
import { realPlans } from "./support/real-plans.ts";
import { recordReads, withUnknown } from "./support/unknown-reads.ts";

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
    expectationsFor(cases).map((expected) => ({ ...expected, kindTitle: TITLES[expected.kind], expected })),
  )("$kindTitle: $title", ({ expected }) => {
    expect(mismatch(cases.rule, expected, plans)).toBeUndefined();
  });
});

describe("every rule", () => {
  test.each(RULES)(
    "$name has a compliant case, violations, a not-applicable case and an unknown-value case",
    (rule) => {
      const kinds = new Set(
        CASES.filter((cases) => cases.rule === rule)
          .flatMap(expectationsFor)
          .map(({ kind }) => kind),
      );
      // disallow-opaque-resources reads only types, which are never unknown.
      const needed = Object.keys(TITLES).filter(
        (kind) => rule.name !== "disallow-opaque-resources" || kind !== "unknown",
      );
      expect([...kinds]).toEqual(expect.arrayContaining(needed));
    },
  );

  test.each(RULES)("$name has a description, an explanation and a remediation, each a sentence", (rule) => {
    for (const sentence of [rule.description, rule.explanation, rule.remediation]) {
      expect(sentence).toMatch(/^[A-Z0-9`].*[^.…]\.$/s);
    }
  });

  test("has a unique name in kebab case", () => {
    const names = RULES.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(names.filter((name) => !/^[a-z]+(-[a-z]+)+$/.test(name))).toEqual([]);
  });
});

/** Maximum number of tested values per rule, because a rule that scans every text reads thousands. */
const MOST_READS = 300;

describe("no rule ignores an unknown value", () => {
  test.each(CASES.map((cases) => ({ name: cases.rule.name, cases })))(
    "$name is undecided when any value that it reads is unknown",
    ({ cases }) => {
      const [compliant] = expectationsFor(cases);
      if (compliant === undefined) throw new Error("no compliant case");
      const plan = applyChanges(plans, compliant);
      const reads = recordReads(cases.rule, plan);
      const stride = Math.max(1, Math.floor(reads.length / MOST_READS));
      const passedOver = reads
        .filter((_, index) => index % stride === 0)
        .filter((read) => evaluateOnPlan(cases.rule, withUnknown(plan, read)).outcome !== "undecided")
        .map(({ urn, path }) => `${urn.split("::").at(-1)} ${formatPath(path)}`);
      expect(passedOver).toEqual([]);
    },
  );
});
