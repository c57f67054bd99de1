import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { Placement } from "../shared/kubernetes/pod-spec.ts";
import type { Cluster, LoadBalancerSettings } from "./cluster.ts";
import type { ClusterDns } from "./network-policies.ts";

export interface ExistingClusterArgs {
  /** The kubeconfig context. @default the current context */
  readonly context?: string | undefined;
  readonly storageClass: string;
  readonly zones: number;
}

/** An existing cluster, reached through the operator's kubeconfig. */
export class ExistingCluster extends pulumi.ComponentResource implements Cluster {
  readonly provider: kubernetes.Provider;
  readonly providers: pulumi.ProviderResource[];
  readonly storageClass: string;
  readonly zones: number;
  readonly loadBalancer: LoadBalancerSettings = { annotations: {} };
  readonly dns: ClusterDns = { kind: "pods" };
  readonly aws = undefined;
  readonly certManagerReady = undefined;

  constructor(name: string, args: ExistingClusterArgs, opts?: pulumi.ComponentResourceOptions) {
    super("spacetime-vr:cluster:ExistingCluster", name, {}, opts);
    this.provider = new kubernetes.Provider(
      `${name}-provider`,
      {
        ...(args.context === undefined ? {} : { context: args.context }),
        // Otherwise a renewed or moved kubeconfig, for the same cluster, would replace every object.
        clusterIdentifier: `${pulumi.getStack()}:${args.context ?? "current-context"}`,
        // Certificates are renewed in place; the names of all other immutable objects contain a content hash.
        enableSecretMutable: true,
      },
      { parent: this },
    );
    this.providers = [this.provider];
    this.storageClass = args.storageClass;
    this.zones = args.zones;
    this.registerOutputs({ provider: this.provider, storageClass: this.storageClass, zones: this.zones });
  }

  /** Existing clusters have no reserved node pools. */
  placement(): Placement {
    return { nodeSelector: {}, tolerations: [], annotations: {} };
  }
}
