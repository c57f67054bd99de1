import type { Rule } from "./rule.ts";

/** Renders the rules as a Markdown table. */
export function renderRuleTable(rules: readonly Rule[]): string {
  const rows = rules.map(({ name, description, environments, items }) => {
    const where = environments === undefined ? "everywhere" : environments.join(", ");
    return `| \`${name}\` | ${description} | ${where} | ${items.map((item) => `\`${item}\``).join(" ")} |`;
  });
  return ["| rule | what must hold | where | checklist items |", "|---|---|---|---|", ...rows].join("\n");
}
