/**
 * `npm run policy:mutation`: takes the body out of each rule in turn (first its check, then its search for
 * subjects) and counts the cases of the table that notice. A rule that nobody would miss is a rule that
 * nobody tests.
 */

import type { Rule } from "../../policy/rule.ts";
import { RULES } from "../../policy/rules/index.ts";
import { CASES } from "./cases/index.ts";
import { type Expectation, expectationsFor, mismatch, type Plans } from "./support/expectations.ts";
import { realPlans } from "./support/real-plans.ts";

/** What is left of a rule without a part of it. */
const MUTANTS: Readonly<Record<string, (rule: Rule) => Rule>> = {
  check: (rule) => ({ ...rule, check: () => [] }),
  subjects: (rule) => ({ ...rule, subjects: () => [] }),
};

/** The cases of a rule that fail with what is left of it. */
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
