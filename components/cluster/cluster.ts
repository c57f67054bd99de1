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
  /** Over how many zones the nodes are spread. */
  readonly zones: number;
  /** What a Service of type LoadBalancer must say so that the cluster's own controller serves it. */
  readonly loadBalancer: LoadBalancerSettings;
  /** The DNS server that pods use. */
  readonly dns: ClusterDns;
  /** The AWS settings; `undefined` for an existing cluster. A workload gets an IAM role through `PodRole`. */
  readonly aws: AwsEnvironment | undefined;
  /** The scheduling settings of a pod for a node pool. */
  placement(pool: NodePoolName): Placement;
}

/** Game servers; gateway, stores and controllers; monitoring and logging. */
export type NodePoolName = "game" | "system" | "monitoring";

export interface LoadBalancerSettings {
  /** `spec.loadBalancerClass`; immutable once the Service exists. */
  readonly className?: string;
  /** Annotations that every such Service starts with; the stack file's come on top. */
  readonly annotations: Readonly<Record<string, string>>;
}
