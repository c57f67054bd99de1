import type * as kubernetes from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { AwsEnvironment } from "../shared/aws/aws-environment.ts";
import type { Placement } from "../shared/kubernetes/pod-spec.ts";
import type { ClusterDns } from "./network-policies.ts";

/** The interface of a cluster to the other components, for existing clusters and EKS alike. */
export interface Cluster extends pulumi.ComponentResource {
  readonly provider: kubernetes.Provider;
  /** For `opts.providers` of every component: the Kubernetes provider and, on AWS, the AWS one. */
  readonly providers: pulumi.ProviderResource[];
  /** The StorageClass of every PersistentVolumeClaim. */
  readonly storageClass: string;
  /** The number of zones with nodes. */
  readonly zones: number;
  /** The settings that a Service of type LoadBalancer needs for the cluster's load balancer controller. */
  readonly loadBalancer: LoadBalancerSettings;
  /** The DNS server that pods use. */
  readonly dns: ClusterDns;
  /** The AWS settings; `undefined` for an existing cluster. A workload gets an IAM role through `PodRole`. */
  readonly aws: AwsEnvironment | undefined;
  /** Known when cert-manager admits objects; `undefined` if the deployment does not install it. */
  readonly certManagerReady: pulumi.Output<boolean> | undefined;
  /** The scheduling settings of a pod for a node pool. */
  placement(pool: NodePoolName): Placement;
}

/** Game servers; gateway, databases and controllers; monitoring and logging. */
export type NodePoolName = "game" | "system" | "monitoring";

export interface LoadBalancerSettings {
  /** `spec.loadBalancerClass`; immutable once the Service exists. */
  readonly className?: string;
  /** Default annotations of every such Service; those of the stack file override them. */
  readonly annotations: Readonly<Record<string, string>>;
}
