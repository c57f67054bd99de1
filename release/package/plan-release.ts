import { join } from "node:path";
import type { RawConfig } from "../../components/config/config.ts";
import program from "../../index.ts";
import { OperationError } from "../../operations/errors.ts";
import { formatDiff } from "../../plan/diff/format-diff.ts";
import { diffPlans, emptyPlan } from "../../plan/diff/plan-diff.ts";
import { plansAtRef } from "../../plan/git/plans-at-ref.ts";
import type { Plan } from "../../plan/plan.ts";
import { planEnvironment } from "../../plan/plan-environment.ts";
import { evaluatePlan, type PolicyReport } from "../../policy/evaluate.ts";
import { loadPolicyConfig } from "../../policy/load-config.ts";
import type { PolicySummary } from "../notes/release-notes.ts";

/** The plan of the package environment, evaluated and compared. */
export interface ReleasePlan {
  readonly plan: Plan;
  readonly policy: { readonly json: string; readonly summary: PolicySummary };
  readonly planDiff: string | undefined;
}

interface ReleasePlanOptions {
  readonly directory: string;
  /** The directory of the product's code. */
  readonly root: string;
  readonly raw: RawConfig;
  readonly since: string | undefined;
}

/**
 * Plans the package environment, applies the policies, and compares it with a previous release.
 * @throws OperationError if a policy blocks.
 */
export async function planReleaseEnvironment(options: ReleasePlanOptions): Promise<ReleasePlan> {
  const { directory, raw } = options;
  const plan = await planEnvironment(program, raw);
  const report = evaluatePlan(plan, loadPolicyConfig(directory));
  rejectBlocked(report);
  return {
    plan,
    policy: { json: `${JSON.stringify(toJson(report), undefined, 2)}\n`, summary: summarise(report) },
    planDiff: await comparePlan(plan, options),
  };
}

function rejectBlocked({ blocked, rules }: PolicyReport): void {
  if (!blocked) return;
  const problems = rules
    .filter(({ level, outcome }) => level === "mandatory" && outcome === "violated")
    .flatMap(({ rule, findings }) =>
      findings.map(({ subject }) => ({
        subject,
        rule: `violates the policy ${rule.name}`,
        remedy: "See: spacetime-vr plan package",
      })),
    );
  throw new OperationError(1, problems, "Policies block the release:");
}

/** Without dates: the same plan gives the same bytes. */
function toJson({ environment, rules }: PolicyReport): object {
  return {
    environment,
    rules: rules.map(({ rule, level, outcome, subjects, findings }) => ({
      name: rule.name,
      level,
      outcome,
      subjects,
      findings: findings.map(({ subject }) => subject),
    })),
  };
}

function summarise({ rules, waivers }: PolicyReport): PolicySummary {
  const violations = rules
    .filter(({ outcome }) => outcome === "violated")
    .flatMap(({ findings }) => findings);
  return { rules: rules.length, violations: violations.length, waivers: waivers.length };
}

async function comparePlan(
  plan: Plan,
  { directory, root, since }: ReleasePlanOptions,
): Promise<string | undefined> {
  if (since === undefined) return undefined;
  const runner = join(root, "plan", "git", "plan-worker.ts");
  const { plans } = await plansAtRef({ directory, ref: since, environments: ["package"], runner });
  return formatDiff(diffPlans(plans.get("package") ?? emptyPlan(plan), plan));
}
