import type { Plan } from "../../../plan/plan.ts";
import { createContext, type PolicyParameters } from "../../../policy/context.ts";
import { resourcesOfPlan } from "../../../policy/evaluate.ts";
import type { OnRead } from "../../../policy/input-node.ts";
import { type Evaluation, evaluateRule, type Rule } from "../../../policy/rule.ts";
import type { Change, RuleCases } from "../cases/rule-cases.ts";
import { DraftPlan } from "./draft-plan.ts";
import { EXISTING_CLUSTER, type PlanName } from "./plan-names.ts";

/** The real plans with their placeholders filled in. */
export type Plans = Readonly<Record<PlanName, Plan>>;

/** The expected result of a rule for a plan. */
export interface Expectation {
  readonly title: string;
  readonly kind: "compliant" | "violation" | "not-applicable" | "unknown";
  readonly plan: PlanName;
  readonly changes: readonly Change[];
  readonly outcome: Evaluation["outcome"];
  /** Every violation as `resource path: message`, sorted. */
  readonly violations: readonly string[];
  /** The `resource path` that the rule reports as unknown. */
  readonly unknownAt?: string;
}

const PARAMETERS: PolicyParameters = {
  replicaFloor: 3,
  certificateDays: 365,
  backupDays: 14,
  logDays: 90,
  regions: ["eu-central-1", "eu-west-1"],
  requiredTags: ["environment", "project", "managed-by"],
  monthlyBudgetUsd: { staging: 600, production: 1200 },
  storeFamilies: { staging: ["t4g"], production: ["r7g", "m7g"] },
};

/** The expectations of all cases of a rule. */
export function expectationsFor(cases: RuleCases): readonly Expectation[] {
  const { plan = EXISTING_CLUSTER, setup, compliant = [], violations, notApplicable, unknown } = cases;
  const base = setup === undefined ? [] : [setup];
  const elsewhere = "plan" in notApplicable ? notApplicable.plan : plan;
  const nothing = "change" in notApplicable ? [...base, notApplicable.change] : base;
  const clean = { plan, violations: [] };
  return [
    {
      ...clean,
      title: `the real plan of ${plan}`,
      kind: "compliant",
      changes: base,
      outcome: "satisfied",
    },
    ...compliant.map(({ title, change }): Expectation => {
      return { ...clean, title, kind: "compliant", changes: [...base, change], outcome: "satisfied" };
    }),
    ...violations.map(({ title, change, findings }): Expectation => {
      const expected = [...findings].sort();
      return {
        plan,
        title,
        kind: "violation",
        changes: [...base, change],
        outcome: "violated",
        violations: expected,
      };
    }),
    {
      ...clean,
      title: "no subjects",
      kind: "not-applicable",
      plan: elsewhere,
      changes: nothing,
      outcome: "not-applicable",
    },
    ...unknown.map(({ title, change, at }): Expectation => {
      return {
        ...clean,
        title,
        kind: "unknown",
        changes: [...base, change],
        outcome: "undecided",
        unknownAt: at,
      };
    }),
  ];
}

/** Applies the changes of an expectation. */
export function applyChanges(plans: Plans, { plan, changes }: Pick<Expectation, "plan" | "changes">): Plan {
  const draft = new DraftPlan(plans[plan]);
  for (const change of changes) change(draft);
  return draft.plan;
}

/** Evaluates a rule on a plan. */
export function evaluateOnPlan(rule: Rule, plan: Plan, onRead?: OnRead): Evaluation {
  const deployment = {
    environment: plan.environment,
    parameters: PARAMETERS,
    resources: resourcesOfPlan(plan),
  };
  return evaluateRule(rule, createContext(onRead === undefined ? deployment : { ...deployment, onRead }));
}

/** Formats the findings of a kind as in the cases. */
export function formatFindings({ findings }: Evaluation, kind: "violation" | "unknown"): readonly string[] {
  return findings
    .filter((finding) => finding.kind === kind)
    .map(({ resource, path, message }) => {
      const place = `${resource.split("::").at(-1)}${path === "" ? "" : ` ${path}`}`;
      // Content hashes in names are replaced, because no case tests them.
      return kind === "violation" ? `${place}: ${message}`.replace(/-[0-9a-f]{10}\b/g, "-DIGEST") : place;
    })
    .sort();
}

/** Describes how the result of a rule differs from the expectation; undefined if it matches. */
export function mismatch(rule: Rule, expected: Expectation, plans: Plans): string | undefined {
  const evaluation = evaluateOnPlan(rule, applyChanges(plans, expected));
  const violations = formatFindings(evaluation, "violation");
  if (evaluation.outcome !== expected.outcome)
    return `the outcome is ${evaluation.outcome}, not ${expected.outcome}`;
  if (JSON.stringify(violations) !== JSON.stringify(expected.violations))
    return `it finds ${JSON.stringify(violations)}`;
  const unknown = formatFindings(evaluation, "unknown");
  const isTold = expected.unknownAt === undefined || unknown.includes(expected.unknownAt);
  return isTold ? undefined : `it calls ${JSON.stringify(unknown)} unknown, not ${expected.unknownAt}`;
}
