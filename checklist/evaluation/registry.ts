import type { Rule } from "../../policy/rule.ts";
import { RULES } from "../../policy/rules/index.ts";
import { SUITE_CHECKS } from "../../probes/suites.ts";
import { drillMeasurements, drills } from "../check-names.ts";
import { STATIC_CHECKS } from "../static-checks/index.ts";
import type { StaticCheck } from "../static-checks/static-check.ts";

/** A check that a suite implements. */
export interface LiveCheckDeclaration {
  /** `suite/name` */
  readonly id: string;
  readonly findings: readonly string[];
}

/** How a drill's record is judged. */
export interface DrillDeclaration {
  readonly name: string;
  readonly maxAgeDays: number;
  readonly measurements: Readonly<Record<string, { readonly max?: number }>>;
}

/** The implementations of all checks. An item whose check is not here is unproven. */
export interface Registry {
  readonly rules: readonly Pick<Rule, "name" | "items">[];
  readonly staticChecks: readonly StaticCheck[];
  readonly liveChecks: readonly LiveCheckDeclaration[];
  readonly drills: readonly DrillDeclaration[];
}

/** Every implementation of this version. */
export const REGISTRY: Registry = {
  rules: RULES,
  staticChecks: STATIC_CHECKS,
  liveChecks: Object.values(SUITE_CHECKS).flatMap((checks) =>
    checks.map(({ suite, name, findings }) => ({ id: `${suite}/${name}`, findings })),
  ),
  drills: Object.entries(drillMeasurements).map(([name, measurements]) => ({
    name,
    maxAgeDays: drills[name as keyof typeof drills].maxAgeDays,
    measurements,
  })),
};
