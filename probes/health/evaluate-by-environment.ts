import { type CheckResult, notApplicable, sameVerdictForAll, type Verdict } from "../check.ts";
import type { CheckContext } from "../check-context.ts";
import type { ClusterState } from "../sources/kubernetes.ts";
import type { ProcessDeployment } from "../sources/processes.ts";

export type FindingVerdicts<Finding extends string> = Readonly<Record<Finding, Verdict>>;

type Evaluator<Finding extends string, Source> = (
  source: Source,
) => FindingVerdicts<Finding> | Promise<FindingVerdicts<Finding>>;

/** How a question is asked of each kind of environment; a text says why it cannot be. */
export interface Evaluators<Finding extends string> {
  readonly cluster: Evaluator<Finding, ClusterState> | string;
  readonly processes: Evaluator<Finding, ProcessDeployment> | string;
  readonly address: Evaluator<Finding, CheckContext> | string;
}

/** Asks in the way that fits the environment. */
export async function evaluateByEnvironment<const Finding extends string>(
  context: CheckContext,
  findings: readonly Finding[],
  ways: Evaluators<Finding>,
): Promise<CheckResult<Finding>> {
  const none = (reason: string) => ({
    findings: sameVerdictForAll(findings, notApplicable(reason)) as FindingVerdicts<Finding>,
  });
  const { cluster, processes } = context;
  if (cluster !== undefined) {
    return typeof ways.cluster === "string"
      ? none(ways.cluster)
      : { findings: await ways.cluster(await cluster()) };
  }
  if (processes !== undefined) {
    const way = ways.processes;
    return typeof way === "string" ? none(way) : { findings: await way(await processes()) };
  }
  return typeof ways.address === "string" ? none(ways.address) : { findings: await ways.address(context) };
}

/** Some names for a report, or that there are none. */
export function formatNames(names: readonly string[]): string {
  const more = names.length > 4 ? ` and ${names.length - 4} more` : "";
  return names.length === 0 ? "none" : `${names.slice(0, 4).join(", ")}${more}`;
}

/** Why most of a cluster cannot be seen from outside. */
export const REQUIRES_ENVIRONMENT_NAME =
  "this is not visible at an address; run the check with the environment's name";
