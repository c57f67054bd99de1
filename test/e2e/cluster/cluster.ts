import { execFile, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { type ControlPlane, createOwnedControlPlane } from "../control-plane/control-plane.ts";
import { SupervisorClient } from "../control-plane/supervisor-client.ts";
import type { SupervisorRequest } from "../control-plane/supervisor-protocol.ts";
import { TestToolError } from "../go-build/errors.ts";
import { removeCgroups, removeLink } from "./machine/machine.ts";

/** Options of a cluster whose pods run. */
interface ClusterOptions {
  /** @default process.env */
  readonly env?: NodeJS.ProcessEnv;
  /** Called with progress messages of one line. */
  readonly progress?: (line: string) => void;
  /** Ports of 127.0.0.1 that lead to the same node ports. */
  readonly ports?: readonly number[];
}

/** A control plane with one machine, which runs the containers of pods. */
export interface Cluster extends ControlPlane {
  /** The reference server's image, by digest. */
  readonly gameServerImage: string;
  /** A shell command that starts kubectl for this cluster. */
  readonly kubectlCommand: string;
}

/** The folder of the cache. */
export const CACHE_FOLDER = "cluster";

const supervisor = path.join(import.meta.dirname, "supervisor.ts");

/** Starts a cluster. When this process ends, for whatever reason, the cluster ends with it and is removed completely. */
export async function startCluster(options: ClusterOptions = {}): Promise<Cluster> {
  assertSupported();
  const { env = process.env, progress = () => {} } = options;
  const client = createClient({ kind: "start", nodes: [], ports: options.ports }, env, progress);
  const ready = await client.expect("ready");
  client.unref();
  const plane = createOwnedControlPlane(client, ready, env);
  const machine = JSON.parse(await readFile(path.join(client.directory, "machine.json"), "utf8"));
  return {
    ...plane,
    gameServerImage: machine.image,
    kubectlCommand: `${ready.kubectl} --kubeconfig ${ready.kubeconfig}`,
  };
}

/** Builds the programs and the images into the cache. */
export async function buildCluster(options: ClusterOptions = {}): Promise<string> {
  assertSupported();
  const { env = process.env, progress = () => {} } = options;
  return (await createClient({ kind: "build", nodes: [] }, env, progress).expect("built")).directory;
}

/** Imports an OCI or Docker archive into the running cluster in a directory, and returns the names of its images. */
export async function loadImage(directory: string, archive: string): Promise<string> {
  const { containerd, pid } = JSON.parse(await readFile(path.join(directory, "machine.json"), "utf8"));
  const ctr = [
    path.join(containerd, "ctr"),
    "--address",
    "/run/containerd/containerd.sock",
    "--namespace",
    "k8s.io",
  ];
  const inside = ["--target", String(pid), "--mount", "--pid"];
  const { stdout } = await promisify(execFile)("nsenter", [
    ...inside,
    "--",
    ...ctr,
    "images",
    "import",
    archive,
  ]);
  return stdout.trim();
}

/** Removes what the end of the processes and the removal of the directory do not. */
export async function removeLeftovers(directory: string): Promise<void> {
  await removeLink(directory);
  await removeCgroups(directory);
}

function createClient(
  order: SupervisorRequest,
  env: NodeJS.ProcessEnv,
  progress: (line: string) => void,
): SupervisorClient {
  return new SupervisorClient({ order, env, progress, supervisor, removeLeftovers });
}

/** Why pods cannot run on this machine, or undefined. */
export function findObstacle(): string | undefined {
  if (process.platform !== "linux") return `it needs Linux, and this is ${process.platform}`;
  if (process.getuid?.() !== 0) return `it needs root, and this is user ${process.getuid?.()}`;
  if (!existsSync("/sys/fs/cgroup/cpuset/cpuset.cpus")) return "it needs control groups of version 1";
  const namespaces = ["--mount", "--net", "--pid", "--fork", "--mount-proc", "mount", "--make-rshared", "/"];
  const { status, stderr } = spawnSync("unshare", namespaces, { encoding: "utf8" });
  return status === 0 ? undefined : `it needs namespaces of its own (unshare: ${stderr.trim()})`;
}

function assertSupported(): void {
  const obstacle = findObstacle();
  if (obstacle === undefined) return;
  const remedy = '"npm run control-plane" starts a cluster with simulated nodes, whose pods do not run.';
  throw new TestToolError(`A cluster that runs pods cannot start on this machine: ${obstacle}. ${remedy}`, 3);
}
