import { PodIdentityAssociation } from "@pulumi/aws/eks/podIdentityAssociation.js";
import { RolePolicy } from "@pulumi/aws/iam/rolePolicy.js";
import * as pulumi from "@pulumi/pulumi";
import type { AwsAccount, AwsEnvironment } from "./aws-environment.ts";
import { createDeploymentRole } from "./deployment-role.ts";
import { type IamStatement, policyDocument, serviceTrustPolicy } from "./iam-policy.ts";

interface PodRoleArgs {
  /** The account, region and cluster. */
  readonly aws: AwsAccount & Pick<AwsEnvironment, "cluster" | "clusterName">;
  /** The suffix of the role name `<cluster name>-<purpose>`, which has at most 64 characters. */
  readonly purpose: string;
  readonly namespace: string;
  readonly serviceAccount: string;
  /** The permissions of the pod. */
  readonly statements: readonly IamStatement[];
}

/**
 * An IAM role for the pods of one ServiceAccount through EKS Pod Identity, without access keys. Pods that start before the
 * association exists have no role, so workloads depend on this component.
 */
export class PodRole extends pulumi.ComponentResource {
  readonly roleArn: pulumi.Output<string>;

  constructor(name: string, args: PodRoleArgs, opts?: pulumi.ComponentResourceOptions) {
    super("spacetime-vr:shared:PodRole", name, {}, opts);
    const { aws, namespace, serviceAccount } = args;
    const role = createDeploymentRole(
      `${name}-role`,
      {
        aws,
        clusterName: aws.clusterName,
        purpose: args.purpose,
        description: `Pods of ${namespace}/${serviceAccount} in ${aws.clusterName}`,
        trust: podTrustPolicy(args),
      },
      { parent: this },
    );
    new RolePolicy(
      `${name}-policy`,
      { role: role.name, name: args.purpose, policy: pulumi.jsonStringify(policyDocument(args.statements)) },
      { parent: this },
    );
    new PodIdentityAssociation(
      `${name}-association`,
      { clusterName: aws.cluster, namespace, serviceAccount, roleArn: role.arn },
      { parent: this },
    );
    this.roleArn = role.arn;
    this.registerOutputs({ roleArn: this.roleArn });
  }
}

/** EKS tags its request with cluster, namespace and ServiceAccount; without the conditions, any pod in the account could assume the role. */
function podTrustPolicy({ aws, namespace, serviceAccount }: PodRoleArgs): string {
  return serviceTrustPolicy("pods.eks.amazonaws.com", ["sts:AssumeRole", "sts:TagSession"], {
    StringEquals: {
      "aws:SourceAccount": aws.account,
      "aws:RequestTag/eks-cluster-name": aws.clusterName,
      "aws:RequestTag/kubernetes-namespace": namespace,
      "aws:RequestTag/kubernetes-service-account": serviceAccount,
    },
  });
}
