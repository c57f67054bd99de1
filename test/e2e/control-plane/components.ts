import path from "node:path";
import type { Binaries } from "./binaries.ts";
import type { Credentials } from "./credentials.ts";
import type { Program } from "./process-group.ts";

/** Where a control plane lives and what it is made of. */
export interface ControlPlaneSite {
  readonly directory: string;
  readonly binaries: Binaries;
  readonly credentials: Credentials;
}

/** The part of the control plane that works through a kubeconfig of its own. */
export type Worker = "kube-controller-manager" | "kube-scheduler" | "kwok";

/**
 * etcd's socket, seen from the directory everything runs in: a full path may be longer than a socket's may
 * be.
 */
export const etcdSocket = "etcd.sock";

// Every command line below names the directory: this is how a leftover process could be told from a
// stranger's.

/** etcd on a socket in the private directory: nobody else can reach it, and it takes no port. */
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
    // The data dies with the process: waiting for the disk would only cost time.
    "unsafe-no-fsync": "true",
    "log-level": "warn",
  };
  return { name: "etcd", file: site.binaries.programs.etcd, args: toArguments(flags) };
}

/** The API server, as a cluster of today has it: Pod Security, admission policies and RBAC are on. */
export function createApiServerProgram(site: ControlPlaneSite, port: number): Program {
  const { tokenFile, serviceAccountKey } = site.credentials;
  const flags = {
    "etcd-servers": `unix://${etcdSocket}`,
    "bind-address": "127.0.0.1",
    "advertise-address": "127.0.0.1",
    "secure-port": String(port),
    "cert-dir": certificateDirectory(site.directory),
    "token-auth-file": tokenFile,
    "service-account-issuer": "https://kubernetes.default.svc",
    "service-account-key-file": serviceAccountKey,
    "service-account-signing-key-file": serviceAccountKey,
    "service-cluster-ip-range": "10.96.0.0/16",
    "authorization-mode": "Node,RBAC",
    "enable-admission-plugins": "NodeRestriction",
    // As kubeadm sets it: refusing privileged pods is the work of Pod Security, which a test wants to see.
    "allow-privileged": "true",
    // The service "kubernetes" may not have a loopback address, and no pod is there to ask for it.
    "endpoint-reconciler-type": "none",
  };
  return { name: "kube-apiserver", file: site.binaries.programs["kube-apiserver"], args: toArguments(flags) };
}

/**
 * The controllers, the scheduler and the simulated nodes. None of them serves anything: they take no port.
 */
export function createWorkerProgram(site: ControlPlaneSite, name: Worker): Program {
  const flags = {
    kubeconfig: workerKubeconfig(site.directory, name),
    ...workerFlags(site)[name],
  };
  return { name, file: site.binaries.programs[name], args: toArguments(flags) };
}

/** The kubeconfig of one worker. */
export function workerKubeconfig(directory: string, name: Worker): string {
  return path.join(directory, `${name}.kubeconfig`);
}

/** What the API server's own certificate is verified against. */
export function caFile(directory: string): string {
  return path.join(certificateDirectory(directory), "apiserver.crt");
}

function certificateDirectory(directory: string): string {
  return path.join(directory, "certificates");
}

function workerFlags(site: ControlPlaneSite): Record<Worker, Record<string, string>> {
  const alone = { "secure-port": "0", "leader-elect": "false" };
  // The defaults (20 requests a second) are made for a shared cluster, and are what a test would wait for.
  const eager = { "kube-api-qps": "200", "kube-api-burst": "400" };
  return {
    "kube-controller-manager": {
      ...alone,
      ...eager,
      "use-service-account-credentials": "true",
      "service-account-private-key-file": site.credentials.serviceAccountKey,
      "root-ca-file": caFile(site.directory),
      "node-monitor-period": "1s",
      // The default is a system directory, which it creates.
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
