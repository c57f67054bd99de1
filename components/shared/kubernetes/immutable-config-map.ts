import * as kubernetes from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { nameWithContentHash } from "../content-hash.ts";
import type { Labels } from "./labels.ts";

interface ImmutableConfigMapArgs {
  /** The name without the content hash. */
  readonly baseName: string;
  readonly namespace: string;
  readonly labels: Labels;
  /** File names or variable names, and their contents. */
  readonly data: Readonly<Record<string, string>>;
}

/** A ConfigMap and its Kubernetes name. */
export interface ImmutableConfigMap {
  readonly name: string;
  /** Workloads that use the name must depend on this. */
  readonly resource: pulumi.Resource;
}

/**
 * An immutable ConfigMap with a content hash in its name. A changed value creates a new object and restarts only the
 * workloads that use it; old pods keep the old object until they terminate.
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
