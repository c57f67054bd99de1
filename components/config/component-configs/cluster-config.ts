import { pipelineRoleArn } from "../../shared/aws/iam-policy.ts";
import type { Environment } from "../../shared/environments.ts";
import type { Config } from "../config.ts";
import type { AwsConfig, ClusterConfig, EksConfig } from "../schema/stack-schema.ts";

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
    case "eks": {
      const aws = accountOf(config);
      return {
        environment,
        clusterName: clusterName(environment),
        ...config.cluster,
        access: { ...config.cluster.access, ...pipelineRoles(environment, aws, config.cluster) },
        aws,
        ...addOnRequirements(config),
      };
    }
    default: {
      const exhaustive: never = config.cluster;
      return exhaustive;
    }
  }
}

/** The roles of the pipelines, which bootstrap/state-and-roles.yaml creates unless the stack file names others. */
export function pipelineRoles(environment: Environment, aws: AwsConfig, { access }: EksConfig) {
  return {
    deployer: access.deployer ?? pipelineRoleArn(aws, "deploy", environment),
    previewer: access.previewer ?? pipelineRoleArn(aws, "preview", environment),
  };
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
