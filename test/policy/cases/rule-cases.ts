import type { Rule } from "../../../policy/rule.ts";
import type { DraftPlan } from "../support/draft-plan.ts";
import type { PlanName } from "../support/plan-names.ts";

export type Change = (draft: DraftPlan) => void;

/** A change of the compliant plan, and all resulting violations as `resource path: message`. */
export interface ViolationCase {
  readonly title: string;
  readonly change: Change;
  readonly findings: readonly string[];
}

/** A value that is unknown, and the path that the rule reports: `resource path`. */
export interface UnknownCase {
  readonly title: string;
  readonly change: Change;
  readonly at: string;
}

/** All cases of a rule. */
export interface RuleCases {
  readonly rule: Rule;
  /** The compliant plan. @default production in an existing cluster */
  readonly plan?: PlanName;
  /** What the real plan lacks for the rule to have a subject. */
  readonly setup?: Change;
  /** Changes that keep the plan compliant. */
  readonly compliant?: readonly { readonly title: string; readonly change: Change }[];
  readonly violations: readonly ViolationCase[];
  /** A plan or a change without subjects for the rule. */
  readonly notApplicable: { readonly plan: PlanName } | { readonly change: Change };
  readonly unknown: readonly UnknownCase[];
}
