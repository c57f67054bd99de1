import { readFile } from "node:fs/promises";
import path from "node:path";
import { type ExistingCluster, findExistingCluster } from "./existing-cluster.ts";
import { runKubectl } from "./kubectl.ts";
import { defaultNodes, type NodeOptions } from "./nodes.ts";
import { SupervisorClient } from "./supervisor-client.ts";
import type { ControlPlaneInfo } from "./supervisor-protocol.ts";
import { type VolumeOptions, volumeManifests } from "./volumes.ts";

export { ControlPlaneError } from "./errors.ts";
export { KubectlError } from "./kubectl.ts";
export type { NodeOptions } from "./nodes.ts";
export type { VolumeOptions } from "./volumes.ts";

/**
 * How a control plane is started; without options: three nodes in three zones, or the cluster of
 * KUBECONFIG.
 */
export interface ControlPlaneOptions {
  /** @default process.env */
  readonly env?: NodeJS.ProcessEnv;
  /** Learns in one line at a time what is going on. */
  readonly progress?: (line: string) => void;
  /** Whether a cluster given by the environment is used instead. @default true */
  readonly existing?: boolean;
  /** The simulated nodes. @default node-a, node-b and node-c in the zones a, b and c */
  readonly nodes?: readonly NodeOptions[];
  /** The API server's port; when it is taken, another one. @default a free one */
  readonly port?: number;
}

/** The programs whose logs can be read. */
export type LogName = "etcd" | "kube-apiserver" | "kube-controller-manager" | "kube-scheduler" | "kwok";

/** A Kubernetes API with controllers and a scheduler, whose pods run without containers. */
export interface ControlPlane {
  /** What KUBECONFIG must hold to reach it. */
  readonly kubeconfig: string;
  /** The API server's address. */
  readonly server: string;
  /** Where it comes from, for a person to read. */
  readonly origin: string;
  /** True for a cluster that was there before: it is not stopped, and its pods may be real. */
  readonly existing: boolean;
  /** The temporary directory that holds all of it; none for an existing cluster. */
  readonly directory: string | undefined;
  /**
   * Runs kubectl and returns what it printed; rejects with `KubectlError`. `input` goes to its standard
   * input.
   */
  kubectl(args: readonly string[], input?: string | object): Promise<string>;
  /** Brings the storage class and its volumes, so that claims of this class bind. */
  createVolumes(options: VolumeOptions): Promise<void>;
  /** What a program of the control plane has printed so far. */
  log(name: LogName): Promise<string>;
  /**
   * Makes it outlive this process; whoever kills `pid` with SIGTERM ends it, and `stateFile` is removed
   * then.
   */
  release(stateFile: string): Promise<void>;
  /** The process that owns it, and the processes it owns; none for an existing cluster. */
  readonly pids: readonly number[];
  /** Resolves once it has been stopped; rejects when it ends by itself. */
  ended(): Promise<void>;
  /** Ends it and waits until nothing is left of it; may be called twice. */
  stop(): Promise<void>;
}

/**
 * Starts a control plane of real Kubernetes programs on this machine, or takes the cluster that the
 * environment gives. However this process ends, the control plane ends with it and leaves nothing.
 */
export async function startControlPlane(options: ControlPlaneOptions = {}): Promise<ControlPlane> {
  const env = options.env ?? process.env;
  const progress = options.progress ?? (() => {});
  const existing = options.existing === false ? undefined : await findExistingCluster(env);
  if (existing !== undefined) {
    progress(
      `using ${existing.origin} at ${existing.server}; nothing is started, and nothing will be stopped`,
    );
    return createExistingControlPlane(existing, env);
  }
  const order = { kind: "start", nodes: options.nodes ?? defaultNodes, port: options.port } as const;
  const supervised = new SupervisorClient({ order, env, progress });
  const ready = await supervised.expect("ready");
  supervised.unref();
  return createOwnedControlPlane(supervised, ready, env);
}

/** Builds the programs into the cache without starting them, and returns where they are. */
export async function buildControlPlane(
  options: Pick<ControlPlaneOptions, "env" | "progress"> = {},
): Promise<string> {
  const { env = process.env, progress = () => {} } = options;
  const supervised = new SupervisorClient({ order: { kind: "build", nodes: [] }, env, progress });
  return (await supervised.expect("built")).directory;
}

function createOwnedControlPlane(
  supervised: SupervisorClient,
  ready: ControlPlaneInfo,
  env: NodeJS.ProcessEnv,
): ControlPlane {
  const { directory } = supervised;
  const { kubeconfig, server } = ready;
  // Nothing of the user's own configuration, and no cache that outlives the control plane.
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
