import * as kubernetes from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { nameWithContentHash } from "../content-hash.ts";
import type { Labels } from "./labels.ts";

export interface ImmutableConfigMapArgs {
  /** The name before the content's digest. */
  readonly baseName: string;
  readonly namespace: string;
  readonly labels: Labels;
  /** File names or variable names, and their texts. */
  readonly data: Readonly<Record<string, string>>;
}

/** A ConfigMap and the Kubernetes name that pods refer to it by. */
export interface ImmutableConfigMap {
  readonly name: string;
  /** What a workload that refers to the name waits for. */
  readonly resource: pulumi.Resource;
}

/**
 * An immutable ConfigMap named by its content. A changed value makes a new object and so rolls exactly the workloads that
 * refer to it, while pods of the old rollout keep the old object until they are gone.
 */
export function createImmutableConfigMap(
  resource: string,
  args: ImmutableConfigMapArgs,
  opts: pulumi.CustomResourceOptions,
): ImmutableConfigMap {
  const name = nameWithContentHash(args.baseName, args.data);
  const labels = { ...args.labels };
  const object = new kubernetes.core.v1.ConfigMap(
    resource,
    { metadata: { name, namespace: args.namespace, labels }, immutable: true, data: { ...args.data } },
    opts,
  );
  return { name, resource: object };
}
