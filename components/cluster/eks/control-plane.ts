import { Cluster } from "@pulumi/aws/eks/cluster.js";
import type { Role } from "@pulumi/aws/iam/role.js";
import { RolePolicy } from "@pulumi/aws/iam/rolePolicy.js";
import { RolePolicyAttachment } from "@pulumi/aws/iam/rolePolicyAttachment.js";
import * as pulumi from "@pulumi/pulumi";
import { type AwsAccount, buildArn } from "../../shared/aws/aws-environment.ts";
import { createDeploymentRole } from "../../shared/aws/deployment-role.ts";
import { type IamStatement, policyDocument, serviceTrustPolicy } from "../../shared/aws/iam-policy.ts";
import { IMAGE_CACHE_PREFIX } from "../../shared/aws/image-cache.ts";
import type { Environment } from "../../shared/environments.ts";
import { autoModeTaggingStatements } from "./auto-mode-tagging-policy.ts";
import { createLogGroup } from "./log-group.ts";

interface ControlPlaneArgs {
  readonly environment: Environment;
  readonly clusterName: string;
  readonly aws: AwsAccount;
  readonly version: string;
  readonly support: "standard" | "extended";
  /** The CIDR block of Services; cannot be changed after the cluster is created. */
  readonly serviceCidr: string;
  /** Networks that may reach the API server from outside the VPC; an empty list disables the public endpoint. */
  readonly publicCidrs: readonly string[];
  readonly logRetentionDays: number;
  readonly subnetIds: readonly pulumi.Input<string>[];
  readonly secretsKeyArn: pulumi.Input<string>;
  readonly logKeyArn: pulumi.Input<string>;
}

/** All control-plane log types of EKS. */
const LOG_TYPES = ["api", "audit", "authenticator", "controllerManager", "scheduler"];

/** The managed policies that Auto Mode requires; AWS updates them with the service. */
const CLUSTER_ROLE_POLICIES = [
  "AmazonEKSClusterPolicy",
  "AmazonEKSComputePolicy",
  "AmazonEKSBlockStoragePolicy",
  "AmazonEKSLoadBalancingPolicy",
  "AmazonEKSNetworkingPolicy",
];

/** Permissions of the nodes: pull images and assume pod roles. Pods get all other permissions through Pod Identity. */
const NODE_ROLE_POLICIES = ["AmazonEKSWorkerNodeMinimalPolicy", "AmazonEC2ContainerRegistryPullOnly"];

/** The EKS control plane in Auto Mode, with the IAM roles of cluster and nodes and its log group. */
export class ControlPlane extends pulumi.ComponentResource {
  readonly cluster: Cluster;
  readonly nodeRole: Role;

  constructor(name: string, args: ControlPlaneArgs, opts?: pulumi.ComponentResourceOptions) {
    super("spacetime-vr:cluster:ControlPlane", name, {}, opts);
    const { aws, clusterName } = args;
    const clusterRole = this.#role(`${name}-role`, {
      purpose: "cluster",
      description: `EKS Auto Mode of ${clusterName}`,
      // EKS needs sts:TagSession to tag its session with the cluster; the managed policies allow only that cluster's resources.
      trust: serviceTrustPolicy("eks.amazonaws.com", ["sts:AssumeRole", "sts:TagSession"], {
        StringEquals: { "aws:SourceAccount": aws.account },
      }),
      policies: CLUSTER_ROLE_POLICIES,
      aws,
      clusterName,
    });
    const tagging = new RolePolicy(
      `${name}-tagging`,
      {
        name: "tag-auto-mode-resources",
        role: clusterRole.role.name,
        policy: JSON.stringify(policyDocument(autoModeTaggingStatements(aws))),
      },
      { parent: this },
    );
    const nodes = this.#role(`${name}-node-role`, {
      purpose: "node",
      description: `Nodes of ${clusterName}`,
      trust: serviceTrustPolicy("ec2.amazonaws.com"),
      policies: NODE_ROLE_POLICIES,
      aws,
      clusterName,
    });
    const caching = new RolePolicy(
      `${name}-image-cache`,
      {
        name: "fill-image-cache",
        role: nodes.role.name,
        policy: JSON.stringify(policyDocument(imageCacheStatements(aws))),
      },
      { parent: this },
    );
    const logs = createLogGroup(
      `${name}-logs`,
      {
        environment: args.environment,
        name: `/aws/eks/${clusterName}/cluster`,
        retentionDays: args.logRetentionDays,
        keyArn: args.logKeyArn,
      },
      this,
    );
    const isProduction = args.environment === "production";
    this.cluster = new Cluster(`${name}-cluster`, eksClusterArgs(args, clusterRole.role.arn), {
      parent: this,
      // Delete the policies after the cluster, which needs them to clean up.
      dependsOn: [...clusterRole.attached, tagging, ...nodes.attached, caching, logs],
      protect: isProduction,
    });
    this.nodeRole = nodes.role;
    this.registerOutputs({ cluster: this.cluster, nodeRole: this.nodeRole });
  }

  #role(name: string, args: RoleArgs): { readonly role: Role; readonly attached: pulumi.Resource[] } {
    const role = createDeploymentRole(name, args, { parent: this });
    const attached = args.policies.map(
      (policy) =>
        new RolePolicyAttachment(
          `${name}-${policy}`,
          { role: role.name, policyArn: `arn:${args.aws.partition}:iam::aws:policy/${policy}` },
          { parent: this },
        ),
    );
    return { role, attached };
  }
}

type RoleArgs = Parameters<typeof createDeploymentRole>[1] & { readonly policies: readonly string[] };

/**
 * The first pull of an image through the cache creates its repository, which AmazonEC2ContainerRegistryPullOnly does not
 * allow. https://docs.aws.amazon.com/AmazonECR/latest/userguide/pull-through-cache-iam.html
 */
function imageCacheStatements(aws: AwsAccount): IamStatement[] {
  return [
    {
      Sid: "FillTheCache",
      Action: ["ecr:BatchImportUpstreamImage", "ecr:CreateRepository"],
      Resource: buildArn(aws, "ecr", `repository/${IMAGE_CACHE_PREFIX}/*`),
    },
  ];
}

function eksClusterArgs(args: ControlPlaneArgs, roleArn: pulumi.Input<string>) {
  return {
    name: args.clusterName,
    version: args.version,
    roleArn,
    // Auto Mode has three settings, and EKS rejects a cluster in which they differ. The built-in node pools are disabled:
    // they cannot be changed or tagged for billing, so the program declares its own.
    computeConfig: { enabled: true },
    storageConfig: { blockStorage: { enabled: true } },
    kubernetesNetworkConfig: {
      elasticLoadBalancing: { enabled: true },
      ipFamily: "ipv4",
      serviceIpv4Cidr: args.serviceCidr,
    },
    // EKS must not install the add-ons that Auto Mode replaces.
    bootstrapSelfManagedAddons: false,
    // Only access entries: no aws-auth ConfigMap that can be edited in kube-system, no implicit access for the creator.
    accessConfig: { authenticationMode: "API", bootstrapClusterCreatorAdminPermissions: false },
    encryptionConfig: { provider: { keyArn: args.secretsKeyArn }, resources: ["secrets"] },
    vpcConfig: {
      subnetIds: [...args.subnetIds],
      endpointPrivateAccess: true,
      endpointPublicAccess: args.publicCidrs.length > 0,
      ...(args.publicCidrs.length > 0 ? { publicAccessCidrs: [...args.publicCidrs] } : {}),
    },
    enabledClusterLogTypes: [...LOG_TYPES],
    upgradePolicy: { supportType: args.support.toUpperCase() },
    // Allows AWS or an operator to shift traffic away from an impaired zone.
    zonalShiftConfig: { enabled: true },
    deletionProtection: args.environment === "production",
  };
}
