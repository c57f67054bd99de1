import { GAME_NAMESPACE, NAMESPACES } from "../../components/shared/kubernetes/namespaces.ts";
import { type KubectlOptions, runKubectl } from "./kubectl.ts";

/** An object of the deployment and the clients that own its fields. */
export interface ManagedObject {
  /** Such as `Deployment spacetime/game-server`. */
  readonly object: string;
  readonly managers: readonly {
    readonly name: string;
    /** `status` or `scale`, if the client wrote through a subresource. */
    readonly subresource?: string;
    readonly time?: string;
  }[];
}

interface ObjectWithManagers {
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly managedFields?: readonly {
      readonly manager?: string;
      readonly subresource?: string;
      readonly time?: string;
    }[];
  };
}

/** The kinds that the program creates. Secrets are never read. */
const KINDS = [
  "configmaps",
  "serviceaccounts",
  "services",
  "deployments.apps",
  "statefulsets.apps",
  "daemonsets.apps",
  "ingresses.networking.k8s.io",
  "networkpolicies.networking.k8s.io",
  "horizontalpodautoscalers.autoscaling",
  "poddisruptionbudgets.policy",
  "cronjobs.batch",
].join(",");

/** Reads which clients own the fields of the deployment's objects. @throws the same errors as `readCluster` */
export async function readFieldManagers(options: KubectlOptions): Promise<readonly ManagedObject[]> {
  const lists = await Promise.all(
    [...new Set([GAME_NAMESPACE, ...NAMESPACES])].map((namespace) =>
      runKubectl(
        ["get", KINDS, "--namespace", namespace, "--show-managed-fields", "--output", "json"],
        options,
      ),
    ),
  );
  return lists
    .flatMap((text) => (JSON.parse(text) as { readonly items: readonly ObjectWithManagers[] }).items)
    .map(({ kind, metadata }) => ({
      object: `${kind} ${metadata.namespace}/${metadata.name}`,
      managers: (metadata.managedFields ?? []).map(({ manager = "", subresource, time }) => ({
        name: manager,
        ...(subresource === undefined ? {} : { subresource }),
        ...(time === undefined ? {} : { time }),
      })),
    }));
}
