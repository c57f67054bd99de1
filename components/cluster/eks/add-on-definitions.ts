/** An add-on that EKS installs and updates. */
export interface AddOnDefinition {
  readonly name: string;
  readonly why: string;
  /** Add-ons that must run before this one. */
  readonly after: readonly string[];
  /** Configuration values, as the add-on's schema has them. */
  readonly values?: object;
}

export interface AddOnOptions {
  readonly clusterName: string;
  /** The name of the Route 53 zone that external-dns keeps. */
  readonly zoneName: string;
  readonly hasAcme: boolean;
  readonly hasVolumes: boolean;
}

/**
 * The add-ons of an environment. Those that Auto Mode has built in (vpc-cni, kube-proxy, coredns, aws-ebs-csi-driver,
 * eks-pod-identity-agent) must not be here: they would come twice.
 */
export function addOnDefinitions(options: AddOnOptions): AddOnDefinition[] {
  return [
    { name: "metrics-server", why: "autoscalers count by its figures", after: [] },
    { name: "kube-state-metrics", why: "alerts on what Kubernetes objects say of themselves", after: [] },
    { name: "prometheus-node-exporter", why: "alerts on what nodes say of themselves", after: [] },
    ...(options.hasAcme
      ? [{ name: "cert-manager", why: "certificates that renew by themselves", after: [] }]
      : []),
    {
      name: "external-dns",
      why: "the public name follows the load balancer",
      after: [],
      values: externalDnsValues(options),
    },
    // Its CRDs are what a VolumeSnapshotClass is made of.
    ...(options.hasVolumes
      ? [{ name: "snapshot-controller", why: "snapshots of the stores' volumes", after: [] }]
      : []),
  ];
}

function externalDnsValues({ clusterName, zoneName }: AddOnOptions): object {
  return {
    sources: ["service"],
    domainFilters: [zoneName],
    registry: "txt",
    // Two clusters in one zone know by this which records are theirs.
    txtOwnerId: clusterName,
    // Records are deleted with their Service, because a stale record could later point to another owner's address.
    policy: "sync",
    interval: "1m",
    logFormat: "json",
  };
}
