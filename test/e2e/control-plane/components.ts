import path from "node:path";
import type { Binaries } from "./binaries.ts";
import type { Credentials } from "./credentials.ts";
import type { Program } from "./process-group.ts";

/** The location and the parts of a control plane. */
export interface ControlPlaneSite {
  readonly directory: string;
  readonly binaries: Binaries;
  readonly credentials: Credentials;
}

/** Whether the part uses its own kubeconfig. */
export type Worker = "kube-controller-manager" | "kube-scheduler" | "kwok";

/**
 * etcd's socket, relative to the working directory, because a full path may exceed the maximum length of a socket
 * path.
 */
export const etcdSocket = "etcd.sock";

// Every command line contains the directory, so that leftover processes can be identified.

/** etcd listens on a socket in the private directory, so no other user can connect and no port is used. */
export function createEtcdProgram(site: ControlPlaneSite): Program {
  const peers = "unix://peer.sock";
  const flags = {
    name: "test",
    "data-dir": path.join(site.directory, "etcd"),
    "listen-client-urls": `unix://${etcdSocket}`,
    "advertise-client-urls": `unix://${etcdSocket}`,
    "listen-peer-urls": peers,
    "initial-advertise-peer-urls": peers,
    "initial-cluster": `test=${peers}`,
    // The data is deleted with the process, so waiting for the disk is unnecessary.
    "unsafe-no-fsync": "true",
    "log-level": "warn",
  };
  return { name: "etcd", file: site.binaries.programs.etcd, args: toArguments(flags) };
}

/** Where the API server listens, and the flags that replace or complete its defaults. */
interface ApiServerOptions {
  readonly address: string;
  readonly port: number;
  readonly apiServerFlags?: Readonly<Record<string, string>>;
}

/** The API server with the defaults of a current cluster: Pod Security, admission policies and RBAC are enabled. */
export function createApiServerProgram(
  site: ControlPlaneSite,
  { address, port, apiServerFlags = {} }: ApiServerOptions,
): Program {
  const { tokenFile, serviceAccountKey } = site.credentials;
  const flags = {
    "etcd-servers": `unix://${etcdSocket}`,
    "bind-address": address,
    "advertise-address": address,
    "secure-port": String(port),
    "cert-dir": certificateDirectory(site.directory),
    "token-auth-file": tokenFile,
    "service-account-issuer": "https://kubernetes.default.svc",
    "service-account-key-file": serviceAccountKey,
    "service-account-signing-key-file": serviceAccountKey,
    "service-cluster-ip-range": "10.96.0.0/16",
    "authorization-mode": "Node,RBAC",
    "enable-admission-plugins": "NodeRestriction",
    // As in kubeadm: privileged pods must be rejected by Pod Security, which is tested.
    "allow-privileged": "true",
    // The Service "kubernetes" may not have a loopback address, and no pod needs it.
    "endpoint-reconciler-type": "none",
    ...apiServerFlags,
  };
  return { name: "kube-apiserver", file: site.binaries.programs["kube-apiserver"], args: toArguments(flags) };
}

/** The controllers, the scheduler and the simulated nodes. They serve nothing and use no port. */
export function createWorkerProgram(site: ControlPlaneSite, name: Worker): Program {
  const flags = {
    kubeconfig: workerKubeconfig(site.directory, name),
    ...workerFlags(site)[name],
  };
  return { name, file: site.binaries.programs[name], args: toArguments(flags) };
}

/** The kubeconfig of a worker. */
export function workerKubeconfig(directory: string, name: Worker): string {
  return path.join(directory, `${name}.kubeconfig`);
}

/** The CA that issued the API server's certificate. */
export function caFile(directory: string): string {
  return path.join(certificateDirectory(directory), "apiserver.crt");
}

function certificateDirectory(directory: string): string {
  return path.join(directory, "certificates");
}

function workerFlags(site: ControlPlaneSite): Record<Worker, Record<string, string>> {
  const alone = { "secure-port": "0", "leader-elect": "false" };
  // The default of 20 requests per second is for shared clusters and would slow down the tests.
  const eager = { "kube-api-qps": "200", "kube-api-burst": "400" };
  return {
    "kube-controller-manager": {
      ...alone,
      ...eager,
      "use-service-account-credentials": "true",
      "service-account-private-key-file": site.credentials.serviceAccountKey,
      "root-ca-file": caFile(site.directory),
      "node-monitor-period": "1s",
      // The default is a system directory, which it would create.
      "flex-volume-plugin-dir": path.join(site.directory, "flexvolume"),
    },
    "kube-scheduler": { ...alone, ...eager },
    kwok: {
      config: site.binaries.stages,
      "manage-all-nodes": "true",
      "node-lease-duration-seconds": "40",
      cidr: "10.244.0.0/16",
      "node-ip": "192.0.2.1",
    },
  };
}

function toArguments(flags: Readonly<Record<string, string>>): string[] {
  return Object.entries(flags).map(([name, value]) => `--${name}=${value}`);
}
