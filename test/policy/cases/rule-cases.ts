import type { Rule } from "../../../policy/rule.ts";
import type { DraftPlan } from "../support/draft-plan.ts";
import type { PlanName } from "../support/plan-names.ts";

export type Change = (draft: DraftPlan) => void;

/**
 * A change of the compliant plan, and all that the rule then finds: `resource path: message`, violations
 * only.
 */
export interface ViolationCase {
  readonly title: string;
  readonly change: Change;
  readonly findings: readonly string[];
}

/** A value that the plan does not know yet, and the place at which the rule says so: `resource path`. */
export interface UnknownCase {
  readonly title: string;
  readonly change: Change;
  readonly at: string;
}

/** Everything that shows what a rule does. */
export interface RuleCases {
  readonly rule: Rule;
  /** Which real plan, with an owner's values filled in, complies. @default production in a foreign cluster */
  readonly plan?: PlanName;
  /** What the real plan lacks for the rule to have something to judge. */
  readonly setup?: Change;
  /** Changes that the rule does not mind. */
  readonly compliant?: readonly { readonly title: string; readonly change: Change }[];
  readonly violations: readonly ViolationCase[];
  /** A plan of which the rule does not speak, or a change that leaves it nothing to judge. */
  readonly notApplicable: { readonly plan: PlanName } | { readonly change: Change };
  readonly unknown: readonly UnknownCase[];
}
