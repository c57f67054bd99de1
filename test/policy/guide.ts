import { readFileSync } from "node:fs";
import { ruleTable } from "../../policy/rule-table.ts";
import { RULES } from "../../policy/rules/index.ts";

export const GUIDE = "docs/policy.md";

/** The table of rules runs from its head to the end of the guide. */
const HEAD = "| rule | what must hold |";

/** The guide as it stands, and as it must be for the rules that there are. */
export function guide(): { readonly actual: string; readonly expected: string } {
  const actual = readFileSync(GUIDE, "utf8");
  const start = actual.indexOf(HEAD);
  if (start === -1) throw new Error(`${GUIDE} has no table of rules.`);
  return { actual, expected: `${actual.slice(0, start)}${ruleTable(RULES)}\n` };
}
