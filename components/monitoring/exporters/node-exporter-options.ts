import type * as kubernetes from "@pulumi/kubernetes";

/** Directories of the node that the exporter reads. It has read-only mounts, no host namespaces and no root user. */
const NODE_DIRECTORIES = { proc: "/proc", sys: "/sys", root: "/" } as const;

export const NODE_EXPORTER_VOLUMES: kubernetes.types.input.core.v1.Volume[] = Object.entries(
  NODE_DIRECTORIES,
).map(([name, path]) => ({ name, hostPath: { path, type: "Directory" } }));

export const NODE_EXPORTER_MOUNTS: kubernetes.types.input.core.v1.VolumeMount[] = Object.keys(
  NODE_DIRECTORIES,
).map((name) => ({
  name,
  mountPath: `/host/${name}`,
  readOnly: true,
  // Includes file systems that are mounted after the pod has started.
  mountPropagation: "HostToContainer",
}));

/**
 * The paths of the node's directories. The network collectors are disabled because they would report the pod's network;
 * cAdvisor reports the node's network as container "/".
 */
export const NODE_EXPORTER_ARGUMENTS: readonly string[] = [
  "--path.procfs=/host/proc",
  "--path.sysfs=/host/sys",
  "--path.rootfs=/host/root",
  ...["arp", "conntrack", "netclass", "netdev", "netstat", "sockstat", "softnet", "udp_queues", "wifi"].map(
    (collector) => `--no-collector.${collector}`,
  ),
  "--collector.filesystem.mount-points-exclude=^/(dev|proc|run/k3s/containerd|sys|var/lib/(containerd|docker|kubelet/pods))($|/)",
];
