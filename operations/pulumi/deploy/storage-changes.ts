import type { Problem } from "../../../components/shared/errors.ts";
import type { Plan } from "../../../plan/plan.ts";
import { OperationError } from "../../errors.ts";
import { type ClaimTemplate, listClaimTemplates } from "../state/checkpoint.ts";

/** A storage size of the stack file that an update would ignore. */
export interface StorageChange {
  readonly deployed: ClaimTemplate;
  /** The size in the stack file. */
  readonly planned: string;
}

/** The claim templates of deployed StatefulSets whose size differs from the plan. */
export function findStorageChanges({ resources }: Plan, deployed: readonly ClaimTemplate[]): StorageChange[] {
  const planned = new Map(
    listClaimTemplates(resources).map(({ urn, template, storage }) => [`${urn} ${template}`, storage]),
  );
  return deployed.flatMap((claim) => {
    const size = planned.get(`${claim.urn} ${claim.template}`);
    return size === undefined || size === claim.storage ? [] : [{ deployed: claim, planned: size }];
  });
}

/**
 * Rejects a changed storage size: Kubernetes cannot change the claim templates of a StatefulSet, so the program ignores them, and the
 * update would report success without changing anything.
 * @throws OperationError with every such size.
 */
export async function rejectStorageChanges(
  environment: string,
  deployed: readonly ClaimTemplate[],
  plan: () => Promise<Plan>,
): Promise<void> {
  if (deployed.length === 0) return;
  const changes = findStorageChanges(await plan(), deployed);
  if (changes.length === 0) return;
  throw new OperationError(
    1,
    changes.map((change) => describeChange(environment, change)),
    "Storage sizes cannot be changed by an update:",
  );
}

function describeChange(environment: string, { deployed, planned }: StorageChange): Problem {
  const { name, namespace, template, storage } = deployed;
  return {
    subject: `the volume "${template}" of ${namespace}/${name}`,
    value: planned,
    rule: `was deployed with ${storage}, and Kubernetes does not change the claims of an existing StatefulSet`,
    remedy: `Set it back to ${storage}. To enlarge it: raise the size of each claim with kubectl (its storage class must allow expansion), then kubectl --namespace ${namespace} delete statefulset ${name} --cascade=orphan, pulumi refresh --yes --stack ${environment}, and run this again; the pods keep running. A volume cannot shrink.`,
  };
}
