import type * as pulumi from "@pulumi/pulumi";
import type { Cluster } from "./cluster.ts";
import { EksCluster, type EksClusterArgs } from "./eks-cluster.ts";
import { ExistingCluster, type ExistingClusterArgs } from "./existing-cluster.ts";

type ClusterArgs =
  | ({ readonly kind: "existing" } & ExistingClusterArgs)
  | ({ readonly kind: "eks" } & EksClusterArgs);

/** Creates the cluster of an environment: a reference to an existing cluster, or a new EKS cluster. */
export function createCluster(
  name: string,
  args: ClusterArgs,
  opts?: pulumi.ComponentResourceOptions,
): Cluster {
  switch (args.kind) {
    case "existing":
      return new ExistingCluster(name, args, opts);
    case "eks":
      return new EksCluster(name, args, opts);
    default: {
      const exhaustive: never = args;
      return exhaustive;
    }
  }
}
