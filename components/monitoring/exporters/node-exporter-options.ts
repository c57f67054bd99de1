import type * as kubernetes from "@pulumi/kubernetes";

/** Directories of the node that the exporter reads. It writes none, shares no namespace of the node and is no root. */
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
  // File systems that are mounted after the start appear too.
  mountPropagation: "HostToContainer",
}));

/**
 * Where the node's directories are, and no collector that would report the pod's own network in place of the node's (cAdvisor
 * has the node's, as the container "/").
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
