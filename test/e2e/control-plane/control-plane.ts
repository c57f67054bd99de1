import { readFile } from "node:fs/promises";
import path from "node:path";
import { type ExistingCluster, findExistingCluster } from "./existing-cluster.ts";
import { runKubectl } from "./kubectl.ts";
import { defaultNodes, type NodeOptions } from "./nodes.ts";
import { SupervisorClient } from "./supervisor-client.ts";
import type { ControlPlaneInfo } from "./supervisor-protocol.ts";
import { type VolumeOptions, volumeManifests } from "./volumes.ts";

export { TestToolError } from "../go-build/errors.ts";
export { KubectlError } from "./kubectl.ts";
export type { NodeOptions } from "./nodes.ts";
export type { VolumeOptions } from "./volumes.ts";

/** Options of a control plane. By default it has three nodes in three zones, or the cluster of KUBECONFIG is used. */
interface ControlPlaneOptions {
  /** @default process.env */
  readonly env?: NodeJS.ProcessEnv;
  /** Called with progress messages of one line. */
  readonly progress?: (line: string) => void;
  /** Whether an existing cluster from the environment is used instead. @default true */
  readonly existing?: boolean;
  /** The simulated nodes. @default node-a, node-b and node-c in the zones a, b and c */
  readonly nodes?: readonly NodeOptions[];
  /** The preferred port of the API server; another one if it is in use. @default a free one */
  readonly port?: number;
}

/** The programs with readable logs. */
type LogName = "etcd" | "kube-apiserver" | "kube-controller-manager" | "kube-scheduler" | "kwok";

/** A Kubernetes API with controllers and a scheduler. Pods run without containers. */
export interface ControlPlane {
  /** The value of KUBECONFIG for this cluster. */
  readonly kubeconfig: string;
  /** The API server's URL. */
  readonly server: string;
  /** A description of the cluster's origin, for messages. */
  readonly origin: string;
  /** True for an existing cluster: it is not stopped, and its pods may be real. */
  readonly existing: boolean;
  /** The temporary directory with all files; undefined for an existing cluster. */
  readonly directory: string | undefined;
  /** Runs kubectl with optional standard input and returns its output; rejects with `KubectlError`. */
  kubectl(args: readonly string[], input?: string | object): Promise<string>;
  /** Creates a storage class and volumes, so that claims of this class are bound. */
  createVolumes(options: VolumeOptions): Promise<void>;
  /** The output of a program of the control plane so far. */
  log(name: LogName): Promise<string>;
  /** Makes the control plane outlive this process. SIGTERM to `pid` ends it and removes `stateFile`. */
  release(stateFile: string): Promise<void>;
  /** The supervisor process and its child processes; undefined for an existing cluster. */
  readonly pids: readonly number[];
  /** Resolves when it has been stopped; rejects if it ends unexpectedly. */
  ended(): Promise<void>;
  /** Stops it and waits until everything is removed; may be called twice. */
  stop(): Promise<void>;
}

/**
 * Starts a control plane of real Kubernetes programs on this machine, or uses the cluster from the environment. When
 * this process ends, for whatever reason, the control plane ends with it and is removed completely.
 */
export async function startControlPlane(options: ControlPlaneOptions = {}): Promise<ControlPlane> {
  const env = options.env ?? process.env;
  const progress = options.progress ?? (() => {});
  const existing = options.existing === false ? undefined : await findExistingCluster(env);
  if (existing !== undefined) {
    progress(`using ${existing.origin} at ${existing.server}; nothing is started or stopped`);
    return createExistingControlPlane(existing, env);
  }
  const order = { kind: "start", nodes: options.nodes ?? defaultNodes, port: options.port } as const;
  const supervised = new SupervisorClient({ order, env, progress });
  const ready = await supervised.expect("ready");
  supervised.unref();
  return createOwnedControlPlane(supervised, ready, env);
}

/** Builds the programs into the cache without starting them, and returns their paths. */
export async function buildControlPlane(
  options: Pick<ControlPlaneOptions, "env" | "progress"> = {},
): Promise<string> {
  const { env = process.env, progress = () => {} } = options;
  const supervised = new SupervisorClient({ order: { kind: "build", nodes: [] }, env, progress });
  return (await supervised.expect("built")).directory;
}

/** The control plane of a supervisor that has reported it ready. */
export function createOwnedControlPlane(
  supervised: SupervisorClient,
  ready: ControlPlaneInfo,
  env: NodeJS.ProcessEnv,
): ControlPlane {
  const { directory } = supervised;
  const { kubeconfig, server } = ready;
  // No user configuration, and no cache that outlives the control plane.
  const ownEnv = {
    ...env,
    HOME: directory,
    KUBECONFIG: kubeconfig,
    KUBECACHEDIR: path.join(directory, "kubectl"),
  };
  const kubectl = async (args: readonly string[], input?: string | object) => {
    supervised.assertAlive();
    return await runKubectl({ file: ready.kubectl, args, env: ownEnv, input });
  };
  return {
    kubeconfig,
    server,
    origin: `Kubernetes ${ready.version}, started for tests`,
    existing: false,
    directory,
    pids: [supervised.pid, ...ready.pids],
    kubectl,
    createVolumes: (options) => applyVolumes(kubectl, options),
    log: (name) => readFile(path.join(directory, `${name}.log`), "utf8"),
    release: (stateFile) => supervised.release(stateFile),
    ended: () => supervised.wait(),
    stop: () => supervised.end(),
  };
}

function createExistingControlPlane(
  { kubeconfig, server, origin }: ExistingCluster,
  env: NodeJS.ProcessEnv,
): ControlPlane {
  const kubectl = (args: readonly string[], input?: string | object) =>
    runKubectl({ file: "kubectl", args, env: { ...env, KUBECONFIG: kubeconfig }, input });
  return {
    kubeconfig,
    server,
    origin,
    existing: true,
    directory: undefined,
    pids: [],
    kubectl,
    createVolumes: (options) => applyVolumes(kubectl, options),
    log: async (name) => `(the log of ${name} is kept by the cluster: ${origin})\n`,
    release: async () => {},
    ended: () => new Promise(() => {}),
    stop: async () => {},
  };
}

async function applyVolumes(kubectl: ControlPlane["kubectl"], options: VolumeOptions): Promise<void> {
  await kubectl(["apply", "--filename", "-"], volumeManifests(options));
}
