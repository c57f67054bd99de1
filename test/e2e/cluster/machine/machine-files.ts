import path from "node:path";

/** The network of a machine: a link of two addresses between this computer and it, and the addresses of its pods. */
export const NETWORK = {
  pods: "10.244.0.0/24",
  /** The address of the DNS Service. */
  dns: "10.96.0.10",
} as const;

/** The pause container of every pod, an image of our own. */
export const PAUSE_IMAGE = "registry.k8s.io/pause:3.10.1";

const CONTAINERD_SOCKET = "/run/containerd/containerd.sock";

/** containerd's config: its data in the machine's directory, and runc from Debian. */
export function renderContainerdConfig(directory: string): string {
  return `version = 3
root = ${JSON.stringify(path.join(directory, "containerd"))}
state = "/run/containerd"

[grpc]
address = "${CONTAINERD_SOCKET}"

[plugins.'io.containerd.cri.v1.images'.pinned_images]
sandbox = "${PAUSE_IMAGE}"

[plugins.'io.containerd.cri.v1.runtime']
# Without CAP_SYS_RESOURCE, a lower OOM score cannot be set, and no pod would start.
restrict_oom_score_adj = true

[plugins.'io.containerd.cri.v1.runtime'.cni]
bin_dirs = ["/usr/lib/cni"]
conf_dir = ${JSON.stringify(path.join(directory, "cni.d"))}

[plugins.'io.containerd.cri.v1.runtime'.containerd.runtimes.runc]
runtime_type = "io.containerd.runc.v2"

[plugins.'io.containerd.cri.v1.runtime'.containerd.runtimes.runc.options]
BinaryName = "/usr/sbin/runc"
SystemdCgroup = false
`;
}

/** A veth pair per pod, routed instead of bridged, so that every packet passes the network policies. */
export function renderCniConfig(directory: string): string {
  return toJson({
    cniVersion: "1.0.0",
    name: "pods",
    plugins: [
      {
        type: "ptp",
        ipMasq: true,
        ipam: {
          type: "host-local",
          dataDir: path.join(directory, "cni"),
          ranges: [[{ subnet: NETWORK.pods }]],
          routes: [{ dst: "0.0.0.0/0" }],
        },
      },
      { type: "portmap", capabilities: { portMappings: true } },
    ],
  });
}

/** The kubelet's config. The API server's client certificate is its own authority. */
export function renderKubeletConfig(directory: string, cgroup: string): string {
  return toJson({
    apiVersion: "kubelet.config.k8s.io/v1beta1",
    kind: "KubeletConfiguration",
    authentication: {
      anonymous: { enabled: false },
      webhook: { enabled: true },
      x509: { clientCAFile: path.join(directory, "kubelet-client.crt") },
    },
    authorization: { mode: "Webhook" },
    cgroupDriver: "cgroupfs",
    cgroupRoot: `/${cgroup}`,
    clusterDNS: [NETWORK.dns],
    clusterDomain: "cluster.local",
    containerRuntimeEndpoint: `unix://${CONTAINERD_SOCKET}`,
    enforceNodeAllocatable: [],
    evictionHard: {},
    failCgroupV1: false,
    failSwapOn: false,
    imageGCHighThresholdPercent: 100,
    oomScoreAdj: 0,
    podLogsDir: path.join(directory, "pod-logs"),
    // This computer's resolver is unreachable from the machine; pods ask the cluster's DNS.
    resolvConf: path.join(directory, "resolv.conf"),
    volumePluginDir: path.join(directory, "volume-plugins"),
  });
}

/** kube-proxy's config. */
export function renderKubeProxyConfig(directory: string, name: string): string {
  return toJson({
    apiVersion: "kubeproxy.config.k8s.io/v1alpha1",
    kind: "KubeProxyConfiguration",
    mode: "iptables",
    hostnameOverride: name,
    clusterCIDR: NETWORK.pods,
    clientConnection: { kubeconfig: path.join(directory, "kube-proxy.kubeconfig") },
    // The limit belongs to the host's kernel.
    conntrack: { maxPerCore: 0 },
  });
}

function toJson(value: object): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}
