import { InputError, type Problem } from "../../components/shared/errors.ts";
import type { Kubectl } from "./kubectl.ts";
import { REVISION_NAMESPACE } from "./revision.ts";

/** The environment of a package, in the label of its namespaces. */
const INSTANCE = "package";
const INSTANCE_LABEL = "app.kubernetes.io/instance";

interface Namespace {
  readonly metadata: { readonly labels?: Readonly<Record<string, string>> };
}

export function deploymentError(problems: readonly Problem[]): InputError {
  return new InputError("Nothing was changed:", problems);
}

/**
 * Makes sure that the context exists and that its cluster runs nothing else in the namespaces of the package.
 * @throws InputError
 */
export async function checkCluster(kubectl: Kubectl, context: string): Promise<void> {
  const contexts = await kubectl.contexts();
  if (!contexts.includes(context)) {
    throw deploymentError([
      {
        subject: "--context",
        value: context,
        rule: "is not a context of the kubeconfig",
        remedy: contexts.length === 0 ? "Set KUBECONFIG." : `Use one of: ${contexts.join(", ")}.`,
      },
    ]);
  }
  const [namespace] = await kubectl.getAll<Namespace>(["namespace", REVISION_NAMESPACE]);
  const instance = namespace?.metadata.labels?.[INSTANCE_LABEL];
  if (namespace === undefined || instance === INSTANCE) return;
  throw deploymentError([
    {
      subject: "--context",
      value: context,
      rule: `is a cluster whose namespace ${REVISION_NAMESPACE} belongs to ${instance === undefined ? "something else" : `the environment ${instance}`}`,
      remedy: "Check the context. A package is deployed only to a cluster without another environment.",
    },
  ]);
}
