import { type Answer, everywhere, notApplicable, type Verdict } from "../check.ts";
import type { Context } from "../context.ts";
import type { Cluster } from "../sources/kubernetes.ts";
import type { ProcessDeployment } from "../sources/processes.ts";

export type Verdicts<Finding extends string> = Readonly<Record<Finding, Verdict>>;

type Judge<Finding extends string, Source> = (
  source: Source,
) => Verdicts<Finding> | Promise<Verdicts<Finding>>;

/** How a question is asked of each kind of environment; a text says why it cannot be. */
export interface Ways<Finding extends string> {
  readonly cluster: Judge<Finding, Cluster> | string;
  readonly processes: Judge<Finding, ProcessDeployment> | string;
  readonly address: Judge<Finding, Context> | string;
}

/** Asks in the way that fits the environment. */
export async function askByKind<const Finding extends string>(
  context: Context,
  findings: readonly Finding[],
  ways: Ways<Finding>,
): Promise<Answer<Finding>> {
  const none = (reason: string) => ({
    findings: everywhere(findings, notApplicable(reason)) as Verdicts<Finding>,
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
export function named(names: readonly string[]): string {
  const more = names.length > 4 ? ` and ${names.length - 4} more` : "";
  return names.length === 0 ? "none" : `${names.slice(0, 4).join(", ")}${more}`;
}

/** Why most of a cluster cannot be seen from outside. */
export const ONLY_ADDRESS = "an address does not show it; ask for the environment by its name";
