import type { Environment } from "../../shared/environments.ts";
import type { Config } from "../config.ts";

import type { AwsConfig, ClusterConfig } from "../schema/stack-schema.ts";

/** The number of availability zones of a cluster's nodes. */
export function zoneCount(cluster: ClusterConfig): number {
  return cluster.kind === "eks" ? cluster.zones.length : cluster.zones;
}

/** The name of an environment's EKS cluster, and the prefix of every AWS name of the environment. */
export function clusterName(environment: Environment): string {
  return `spacetime-vr-${environment}`;
}

/** The cluster, of either kind. */
export function clusterConfig(config: Config) {
  const { environment } = config;
  switch (config.cluster.kind) {
    case "existing":
      return { environment, ...config.cluster };
    case "eks":
      return {
        environment,
        clusterName: clusterName(environment),
        ...config.cluster,
        aws: accountOf(config),
        ...addOnRequirements(config),
      };
    default: {
      const exhaustive: never = config.cluster;
      return exhaustive;
    }
  }
}

function accountOf({ aws }: Config): AwsConfig {
  if (aws === undefined)
    throw new Error("An EKS cluster without an AWS account passed cross-field validation.");
  return aws;
}

/** Which add-ons other components need. */
function addOnRequirements({ certificates, gateway, database, redis }: Config) {
  return {
    domain: gateway.domain,
    hasAcme: certificates.kind === "acme",
    /** Only volumes that are snapshotted need the controller. */
    hasVolumes: database.kind === "in-cluster" || redis.kind === "in-cluster",
  };
}
