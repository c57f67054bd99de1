import { readFileSync } from "node:fs";
import { items } from "../../../checklist/items/index.ts";
import { type EnvironmentLevels, policyLevels } from "../../../checklist/policy-levels.ts";
import { RULES } from "../../../policy/rules/index.ts";

export const LEVELS_FILE = "policy/config.yaml";

const [START, END] = ["# <levels>", "# </levels>"];

function renderEnvironment(environment: string, levels: EnvironmentLevels): string {
  const other = levels.default === "mandatory" ? "advisory" : "mandatory";
  const rules = levels.rules.map((rule) => `\n      ${rule}: ${other}`).join("");
  return `  ${environment}:\n    default: ${levels.default}${rules === "" ? "" : `\n    rules:${rules}`}\n`;
}

/** The current policy configuration, and the one with the levels of the checklist's items. */
export function readPolicyLevels(): { readonly actual: string; readonly expected: string } {
  const actual = readFileSync(LEVELS_FILE, "utf8");
  const [start, end] = [actual.indexOf(START), actual.indexOf(END)];
  if (start === -1 || end < start) throw new Error(`${LEVELS_FILE} has no block of levels.`);
  const levels = Object.entries(policyLevels(RULES, items)).map((entry) => renderEnvironment(...entry));
  const head = actual.slice(0, actual.indexOf("\n", start) + 1);
  return { actual, expected: `${head}levels:\n${levels.join("")}${actual.slice(end)}` };
}
