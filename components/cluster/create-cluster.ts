import type * as pulumi from "@pulumi/pulumi";
import type { Cluster } from "./cluster.ts";
import { EksCluster, type EksClusterArgs } from "./eks-cluster.ts";
import { ExistingCluster, type ExistingClusterArgs } from "./existing-cluster.ts";

export type ClusterArgs =
  | ({ readonly kind: "existing" } & ExistingClusterArgs)
  | ({ readonly kind: "eks" } & EksClusterArgs);

/** The cluster of an environment: one that somebody else runs, or an EKS cluster of its own. */
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
