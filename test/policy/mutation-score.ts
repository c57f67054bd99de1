/**
 * `npm run policy:mutation` removes the body of each rule's functions in turn (first the check, then the search for
 * subjects) and counts the cases that then fail. A rule without a failing case is not tested.
 */

import type { Rule } from "../../policy/rule.ts";
import { RULES } from "../../policy/rules/index.ts";
import { CASES } from "./cases/index.ts";
import { type Expectation, expectationsFor, mismatch, type Plans } from "./support/expectations.ts";
import { realPlans } from "./support/real-plans.ts";

/** A rule without one of its functions. */
const MUTANTS: Readonly<Record<string, (rule: Rule) => Rule>> = {
  check: (rule) => ({ ...rule, check: () => [] }),
  subjects: (rule) => ({ ...rule, subjects: () => [] }),
};

/** The cases that fail with the mutated rule. */
function failingExpectations(rule: Rule, mutant: Rule, plans: Plans): readonly Expectation[] {
  const all = CASES.filter((cases) => cases.rule === rule).flatMap(expectationsFor);
  return all.filter((expected) => mismatch(mutant, expected, plans) !== undefined);
}

async function runMutations(): Promise<void> {
  const plans = await realPlans();
  const counts = { cases: 0, mutants: 0, noticed: 0 };
  for (const rule of RULES) {
    const whole = failingExpectations(rule, rule, plans);
    if (whole.length > 0) process.stdout.write(`${rule.name}: ${whole.length} cases fail as it is\n`);
    counts.cases += CASES.filter((cases) => cases.rule === rule).flatMap(expectationsFor).length;
    for (const [part, mutate] of Object.entries(MUTANTS)) {
      const found = failingExpectations(rule, mutate(rule), plans).length;
      counts.mutants += 1;
      if (found > 0 && whole.length === 0) counts.noticed += 1;
      process.stdout.write(
        `${rule.name.padEnd(30)} without its ${part.padEnd(8)} ${String(found).padStart(3)} cases fail\n`,
      );
    }
  }
  const { cases, mutants, noticed } = counts;
  process.stdout.write(
    `${RULES.length} rules, ${cases} cases; noticed ${noticed}/${mutants} emptied bodies\n`,
  );
  process.exitCode = noticed === mutants ? 0 : 1;
}

await runMutations();
