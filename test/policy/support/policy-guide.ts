import { readFileSync } from "node:fs";
import type { Rule } from "../../../policy/rule.ts";
import { RULES } from "../../../policy/rules/index.ts";

export const GUIDE_FILE = "docs/policy.md";

/** The table of rules extends from its header to the end of the guide. */
const TABLE_HEADER = "| rule | what must hold | where | checklist items |";

/** Renders the rules as a Markdown table. */
function renderRuleTable(rules: readonly Rule[]): string {
  const rows = rules.map(({ name, description, environments, items }) => {
    const where = environments === undefined ? "everywhere" : environments.join(", ");
    return `| \`${name}\` | ${description} | ${where} | ${items.map((item) => `\`${item}\``).join(" ")} |`;
  });
  return [TABLE_HEADER, "|---|---|---|---|", ...rows].join("\n");
}

/** The current guide, and the guide with the table of the current rules. */
export function readPolicyGuide(): { readonly actual: string; readonly expected: string } {
  const actual = readFileSync(GUIDE_FILE, "utf8");
  const start = actual.indexOf(TABLE_HEADER);
  if (start === -1) throw new Error(`${GUIDE_FILE} has no table of rules.`);
  return { actual, expected: `${actual.slice(0, start)}${renderRuleTable(RULES)}\n` };
}
