import { readFileSync } from "node:fs";
import { renderRuleTable } from "../../../policy/rule-table.ts";
import { RULES } from "../../../policy/rules/index.ts";

export const GUIDE_FILE = "docs/policy.md";

/** The table of rules extends from its header to the end of the guide. */
const TABLE_HEADER = "| rule | what must hold |";

/** The current guide, and the guide with the table of the current rules. */
export function readPolicyGuide(): { readonly actual: string; readonly expected: string } {
  const actual = readFileSync(GUIDE_FILE, "utf8");
  const start = actual.indexOf(TABLE_HEADER);
  if (start === -1) throw new Error(`${GUIDE_FILE} has no table of rules.`);
  return { actual, expected: `${actual.slice(0, start)}${renderRuleTable(RULES)}\n` };
}
