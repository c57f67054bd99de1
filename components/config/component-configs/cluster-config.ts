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

/** The EKS cluster or the existing cluster. */
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

/** The parts of other sections that decide which add-ons are installed. */
function addOnRequirements({ certificates, gateway, database, redis }: Config) {
  return {
    domain: gateway.domain,
    hasAcme: certificates.kind === "acme",
    /** Only in-cluster databases have volumes that need the snapshot controller. */
    hasVolumes: database.kind === "in-cluster" || redis.kind === "in-cluster",
  };
}
