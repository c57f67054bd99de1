import { ENVIRONMENTS, type Environment } from "../components/shared/environments.ts";
import type { ChecklistItem } from "./types.ts";

/** The enforcement level of a policy rule. */
type Level = "mandatory" | "advisory";

/** The levels of an environment: one for all rules, and the rules with the other one. */
export interface EnvironmentLevels {
  readonly default: Level;
  readonly rules: readonly string[];
}

interface NamedRule {
  readonly name: string;
  readonly items: readonly string[];
}

/** A rule is advisory in an environment if all of its items are; it blocks even where its item is not applicable. */
export function levelOf(rule: NamedRule, environment: Environment, items: readonly ChecklistItem[]): Level {
  const isMandatory = items.some(
    ({ id, advisoryIn }) => rule.items.includes(id) && !advisoryIn.includes(environment),
  );
  return isMandatory ? "mandatory" : "advisory";
}

/** The enforcement levels of all rules, derived from their checklist items. */
export function policyLevels(
  rules: readonly NamedRule[],
  items: readonly ChecklistItem[],
): Readonly<Record<Environment, EnvironmentLevels>> {
  const entries = ENVIRONMENTS.map((environment): [Environment, EnvironmentLevels] => {
    const withLevel = (level: Level) =>
      rules.filter((rule) => levelOf(rule, environment, items) === level).map(({ name }) => name);
    const [mandatory, advisory] = [withLevel("mandatory"), withLevel("advisory")];
    const isMostlyMandatory = mandatory.length >= advisory.length;
    return [
      environment,
      {
        default: isMostlyMandatory ? "mandatory" : "advisory",
        rules: (isMostlyMandatory ? advisory : mandatory).sort(),
      },
    ];
  });
  return Object.fromEntries(entries) as Record<Environment, EnvironmentLevels>;
}
