import type { ChecklistItem } from "../types.ts";
import type { StaticFacts } from "./facts.ts";
import type { Registry } from "./registry.ts";
import { failed, type ItemResult, type Judgement, passed, unproven } from "./verdict.ts";

type StaticItem = Extract<ChecklistItem, { method: "static" }>;

/** Judges an item by its static check. */
export function judgeStatic(
  { check }: StaticItem,
  facts: StaticFacts,
  { staticChecks }: Pick<Registry, "staticChecks">,
  earlier: readonly ItemResult[],
): Judgement {
  if (check.kind === "policy") return unproven("The item is verified by the policy.");
  const name = check.finding === undefined ? check.check : `${check.check} ${check.finding}`;
  const found = staticChecks.find((one) => one.name === check.check && one.finding === check.finding);
  if (found === undefined) return unproven(`The check ${name} is not implemented.`);
  const outcome = found.run(facts, earlier);
  const proof = [`check ${name}`];
  if (outcome.kind === "missing") return unproven(outcome.reason, { proof });
  const { subjects, problems, recorded } = outcome;
  const rest = { proof, ...(recorded === undefined ? {} : { recorded }) };
  if (problems.length > 0) return failed(problems[0] ?? "", { ...rest, subjects, problems });
  return passed(subjects, recorded ?? `${subjects} checked, no problem found.`, rest);
}
