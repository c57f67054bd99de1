import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { Environment } from "../../shared/environments.ts";
import { commonLabels } from "../../shared/kubernetes/labels.ts";
import type { NodePoolName } from "../cluster.ts";
import { type NodePoolSize, nodePoolSpec } from "./node-pool-specs.ts";

interface NodePoolsArgs {
  readonly environment: Environment;
  readonly pools: Readonly<Record<NodePoolName, NodePoolSize>>;
  readonly zones: readonly string[];
  /** The name of the nodes' IAM role, for the NodeClass. */
  readonly nodeRoleName: pulumi.Input<string>;
  readonly subnetIds: readonly pulumi.Input<string>[];
  readonly securityGroupId: pulumi.Input<string>;
  readonly volumeKeyArn: pulumi.Input<string>;
  /** The tags of every instance; EKS does not apply the provider's default tags. */
  readonly tags: Readonly<Record<string, string>>;
}

/** EKS has a built-in node class with the name `default`. */
const NODE_CLASS = "spacetime-vr";

/** For images, logs and scratch space of pods. The default of EKS, but explicit, because a change replaces every node. */
const NODE_DISK_SIZE = "80Gi";

/** The node class and node pools of EKS Auto Mode, and the ConfigMap that enables network policy enforcement. */
export class NodePools extends pulumi.ComponentResource {
  constructor(name: string, args: NodePoolsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("spacetime-vr:cluster:NodePools", name, {}, opts);
    const labels = { ...commonLabels("nodes", args.environment) };
    // Without this ConfigMap, network policies are not enforced, and all pods can connect to each other.
    const enforcement = new kubernetes.core.v1.ConfigMap(
      `${name}-network-policies`,
      {
        metadata: { name: "amazon-vpc-cni", namespace: "kube-system", labels },
        data: { "enable-network-policy-controller": "true" },
      },
      { parent: this },
    );
    const nodeClass = new kubernetes.apiextensions.CustomResource(
      `${name}-class`,
      {
        apiVersion: "eks.amazonaws.com/v1",
        kind: "NodeClass",
        metadata: { name: NODE_CLASS, labels },
        spec: nodeClassSpec(args),
      },
      { parent: this, dependsOn: [enforcement] },
    );
    for (const pool of Object.keys(args.pools) as NodePoolName[]) {
      new kubernetes.apiextensions.CustomResource(
        `${name}-${pool}`,
        {
          apiVersion: "karpenter.sh/v1",
          kind: "NodePool",
          // EKS reserves the pool names "system" and "general-purpose".
          metadata: {
            name: `spacetime-vr-${pool}`,
            labels: { ...commonLabels(`${pool}-nodes`, args.environment) },
          },
          spec: nodePoolSpec(pool, args.pools[pool], args.zones, NODE_CLASS),
        },
        { parent: this, dependsOn: [nodeClass] },
      );
    }
    this.registerOutputs({});
  }
}

function nodeClassSpec(args: NodePoolsArgs): object {
  return {
    role: args.nodeRoleName,
    subnetSelectorTerms: args.subnetIds.map((id) => ({ id })),
    securityGroupSelectorTerms: [{ id: args.securityGroupId }],
    // Default deny is set per namespace, so that pods of EKS itself can still start.
    networkPolicy: "DefaultAllow",
    networkPolicyEventLogs: "Enabled",
    ephemeralStorage: { size: NODE_DISK_SIZE, kmsKeyID: args.volumeKeyArn },
    tags: { ...args.tags },
  };
}
