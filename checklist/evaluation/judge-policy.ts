import { isUnwaivedViolation, type PolicyReport, type RuleReport } from "../../policy/evaluate.ts";
import type { ChecklistItem } from "../types.ts";
import type { Registry } from "./registry.ts";
import { failed, type Judgement, notApplicable, passed, unproven } from "./verdict.ts";

/** A verdict of the policy, where a violation may have a waiver of the policy. */
export type PolicyJudgement =
  | Judgement
  | (Omit<Judgement, "verdict"> & {
      readonly verdict: "waived";
      readonly waiver: { readonly owner: string; readonly reason: string; readonly expires: string };
    });

/** Judges an item by the policy rules that list it. */
export function judgePolicy(
  item: Pick<ChecklistItem, "id">,
  policy: PolicyReport,
  { rules }: Pick<Registry, "rules">,
): PolicyJudgement {
  const names = new Set(rules.filter(({ items }) => items.includes(item.id)).map(({ name }) => name));
  const reports = policy.rules.filter(({ rule }) => names.has(rule.name));
  if (reports.length === 0) return unproven("No policy rule verifies this item.");
  const proof = reports.map(({ rule }) => `policy rule ${rule.name}`);
  const subjects = reports.reduce((sum, report) => sum + report.subjects, 0);
  const problems = reports.flatMap((report) =>
    report.findings.filter(isUnwaivedViolation).map(formatProblem(report)),
  );
  if (problems.length > 0) return failed(problems[0] ?? "", { subjects, problems, proof });
  const waived = reports.flatMap(({ findings }) => findings.flatMap(({ waiver }) => waiver ?? []));
  const [waiver] = waived;
  if (waiver !== undefined) {
    const { owner, reason, expires } = waiver;
    return {
      verdict: "waived",
      subjects,
      proof,
      reason: `Waived in policy/config.yaml until ${expires}.`,
      waiver: { owner, reason, expires },
    };
  }
  const undecided = reports.find(({ outcome }) => outcome === "undecided");
  if (undecided !== undefined)
    return unproven(`The rule ${undecided.rule.name} depends on values that are unknown until apply.`, {
      proof,
    });
  if (reports.every((report) => isExcluded(report, policy)))
    return notApplicable(`The rules of this item do not apply to ${policy.environment}.`);
  if (subjects === 0) return unproven("The plan has nothing that the rules of this item check.", { proof });
  return passed(
    subjects,
    `${subjects} ${subjects === 1 ? "subject complies" : "subjects comply"} with ${reports.length} ${reports.length === 1 ? "rule" : "rules"}.`,
    { proof },
  );
}

function isExcluded({ rule }: RuleReport, { environment }: PolicyReport): boolean {
  return rule.environments !== undefined && !rule.environments.includes(environment);
}

function formatProblem({ rule }: RuleReport): (finding: RuleReport["findings"][number]) => string {
  return ({ subject, path, message }) =>
    `${subject}${path === "" ? "" : ` ${path}`}: ${message} (${rule.name})`;
}
