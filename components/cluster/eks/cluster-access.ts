import { AccessEntry } from "@pulumi/aws/eks/accessEntry.js";
import { AccessPolicyAssociation } from "@pulumi/aws/eks/accessPolicyAssociation.js";
import * as pulumi from "@pulumi/pulumi";
import type { AwsAccount } from "../../shared/aws/aws-environment.ts";
import { OBSERVERS_GROUP } from "../namespaces.ts";

interface ClusterAccessArgs {
  readonly aws: AwsAccount;
  readonly clusterName: pulumi.Input<string>;
  /** IAM roles with cluster-admin access. */
  readonly administrators: readonly string[];
  /** IAM roles with read-only access, through an RBAC role in each namespace. */
  readonly observers: readonly string[];
  /** The IAM role of the deployment. */
  readonly deployer: string;
  /** The IAM role of previews and the drift check. */
  readonly previewer: string;
  /** The IAM role of the nodes of the custom NodeClass. */
  readonly nodeRoleArn: pulumi.Input<string>;
}

/** Access entries for the Kubernetes API. They are part of the EKS API, so they cannot be edited from inside the cluster. */
export class ClusterAccess extends pulumi.ComponentResource {
  /** Known when the deployer's entry and its policy exist, which is before EKS applies them. */
  readonly deployerEntry: pulumi.Output<string>;

  constructor(name: string, args: ClusterAccessArgs, opts?: pulumi.ComponentResourceOptions) {
    super("spacetime-vr:cluster:Access", name, {}, opts);
    const administer = (entry: string, principalArn: string) =>
      this.#entry(`${name}-${entry}`, args, { principalArn, policy: "AmazonEKSClusterAdminPolicy" });
    for (const arn of args.administrators) administer(`administrator-${roleNameOfArn(arn)}`, arn);
    // Creating roles, custom resources and admission policies requires cluster-admin access.
    this.deployerEntry = administer("deployer", args.deployer);
    // A refresh reads every object of the deployment, including Secrets, cluster-scoped objects and custom resources; this is the
    // only access policy that allows reading all of them. The state, which the role may read too, contains the same values.
    this.#entry(`${name}-previewer`, args, {
      principalArn: args.previewer,
      policy: "AmazonEKSAdminViewPolicy",
    });
    for (const arn of args.observers) {
      this.#entry(`${name}-observer-${roleNameOfArn(arn)}`, args, {
        principalArn: arn,
        kubernetesGroups: [OBSERVERS_GROUP],
      });
    }
    // EKS creates this entry only for its default node class; without it, nodes of a custom node class never join.
    this.#entry(`${name}-nodes`, args, {
      principalArn: args.nodeRoleArn,
      type: "EC2",
      policy: "AmazonEKSAutoNodePolicy",
    });
    this.registerOutputs({});
  }

  /** Returns an output that is known when the entry and its policy exist. */
  #entry(name: string, { aws, clusterName }: ClusterAccessArgs, grant: AccessGrant): pulumi.Output<string> {
    const { principalArn, kubernetesGroups, policy } = grant;
    const entry = new AccessEntry(
      name,
      {
        clusterName,
        principalArn,
        type: grant.type ?? "STANDARD",
        ...(kubernetesGroups === undefined ? {} : { kubernetesGroups }),
      },
      { parent: this },
    );
    if (policy === undefined) return entry.id;
    const association = new AccessPolicyAssociation(
      `${name}-policy`,
      {
        clusterName,
        principalArn,
        policyArn: `arn:${aws.partition}:eks::aws:cluster-access-policy/${policy}`,
        accessScope: { type: "cluster" },
      },
      { parent: this, dependsOn: [entry] },
    );
    return association.id;
  }
}

interface AccessGrant {
  readonly principalArn: pulumi.Input<string>;
  readonly type?: "EC2";
  readonly kubernetesGroups?: string[];
  readonly policy?: string;
}

/** `operators` of `arn:aws:iam::123456789012:role/team/operators`. */
function roleNameOfArn(arn: string): string {
  return arn.slice(arn.lastIndexOf("/") + 1);
}
