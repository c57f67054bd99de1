import { type CheckResult, notApplicable, sameVerdictForAll, type Verdict } from "../check.ts";
import type { CheckContext } from "../check-context.ts";
import type { ClusterState } from "../sources/kubernetes.ts";
import type { ProcessDeployment } from "../sources/processes.ts";

export type FindingVerdicts<Finding extends string> = Readonly<Record<Finding, Verdict>>;

type Evaluator<Finding extends string, Source> = (
  source: Source,
) => FindingVerdicts<Finding> | Promise<FindingVerdicts<Finding>>;

/** The evaluator for each kind of environment; a text is the reason why the check is not applicable. */
export interface Evaluators<Finding extends string> {
  readonly cluster: Evaluator<Finding, ClusterState> | string;
  readonly processes: Evaluator<Finding, ProcessDeployment> | string;
  readonly address: Evaluator<Finding, CheckContext> | string;
}

/** Evaluates a check with the evaluator for its environment. */
export async function evaluateByEnvironment<const Finding extends string>(
  context: CheckContext,
  findings: readonly Finding[],
  evaluators: Evaluators<Finding>,
): Promise<CheckResult<Finding>> {
  const skip = (reason: string) => ({
    findings: sameVerdictForAll(findings, notApplicable(reason)) as FindingVerdicts<Finding>,
  });
  const { cluster, processes } = context;
  if (cluster !== undefined) {
    return typeof evaluators.cluster === "string"
      ? skip(evaluators.cluster)
      : { findings: await evaluators.cluster(await cluster()) };
  }
  if (processes !== undefined) {
    const evaluate = evaluators.processes;
    return typeof evaluate === "string" ? skip(evaluate) : { findings: await evaluate(await processes()) };
  }
  return typeof evaluators.address === "string"
    ? skip(evaluators.address)
    : { findings: await evaluators.address(context) };
}

/** Formats up to four names for a report, or `none`. */
export function formatNames(names: readonly string[]): string {
  const more = names.length > 4 ? ` and ${names.length - 4} more` : "";
  return names.length === 0 ? "none" : `${names.slice(0, 4).join(", ")}${more}`;
}

/** Reason for checks that need access to the cluster or the local deployment. */
export const REQUIRES_ENVIRONMENT_NAME =
  "this is not visible at an address; run the check with the environment's name";
