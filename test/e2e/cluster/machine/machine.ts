import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, rmdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import {
  type ApiAccess,
  type Credentials,
  MACHINE_NAME,
  writeKubeconfig,
} from "../../control-plane/credentials.ts";
import type { Program } from "../../control-plane/process-group.ts";
import type { StartContext } from "../../control-plane/supervise.ts";
import { TestToolError } from "../../go-build/errors.ts";
import type { ClusterBinaries } from "../cluster-binaries.ts";
import {
  NETWORK,
  renderCniConfig,
  renderContainerdConfig,
  renderKubeletConfig,
  renderKubeProxyConfig,
} from "./machine-files.ts";

/** Debian keeps `ip` outside of the PATH of ordinary users. */
const searchPath = `${process.env.PATH ?? ""}:/usr/sbin:/sbin`;

const run = (file: string, args: readonly string[]) =>
  promisify(execFile)(file, args, { env: { ...process.env, PATH: searchPath } });

/** The link between this computer and the machine. */
export interface Link {
  /** The interface on this computer. */
  readonly name: string;
  /** The address of this computer. */
  readonly host: string;
  /** The address of the machine. */
  readonly machine: string;
}

/** Everything that a machine is made of. */
export interface MachineParts {
  readonly binaries: ClusterBinaries;
  readonly kubectl: string;
  readonly link: Link;
  readonly access: ApiAccess;
  readonly credentials: Credentials;
  /** The OCI image layout. */
  readonly images: string;
}

/** The name of the cgroup of all pods; the same as that of the directory, so that leftovers can be found. */
export function cgroupName(directory: string): string {
  return path.basename(directory);
}

/** The interface on this computer, at most 15 characters. */
function linkName(directory: string): string {
  return `svr${path.basename(directory).slice(-10)}`;
}

/** Creates one end of the link. The kernel removes it with the other end, which the machine gets. */
export async function createLink(directory: string): Promise<Link> {
  const { stdout: used } = await run("ip", ["-4", "-o", "address", "show"]);
  // 198.18.0.0/15 is for tests of networks (RFC 2544) and routed nowhere.
  const subnet = Array.from({ length: 256 }, (_, index) => `198.18.${index}`).find(
    (net) => !used.includes(`${net}.`),
  );
  if (subnet === undefined) throw new TestToolError("All 256 networks of test machines are in use.");
  const name = linkName(directory);
  await run("ip", ["link", "add", name, "type", "veth", "peer", "name", `${name}m`]);
  await run("ip", ["address", "add", `${subnet}.1/30`, "dev", name]);
  await run("ip", ["link", "set", name, "up"]);
  return { name, host: `${subnet}.1`, machine: `${subnet}.2` };
}

/** Removes the link if the machine has not taken its end with it. */
export async function removeLink(directory: string): Promise<void> {
  await run("ip", ["link", "delete", linkName(directory)]).catch(() => undefined);
}

/**
 * Starts the machine: containerd, the kubelet, kube-proxy and the enforcement of network policies in their own namespaces.
 * Returns the number of its first process.
 */
export async function startMachine(context: StartContext, parts: MachineParts): Promise<number> {
  const { directory } = context.fleet;
  await writeMachineFiles(directory, parts);
  const machine = context.fleet.start(machineProgram(directory, parts));
  context.fleet.watch(machine, context.onFailure);
  const pid = await findInit(machine.pid, context.signal);
  // Renamed in the namespace of the machine, where the script waits for it.
  await run("ip", ["link", "set", `${parts.link.name}m`, "netns", String(pid), "name", "machine0"]);
  // Aggregated APIs and webhooks: the API server connects to pods.
  await run("ip", ["route", "replace", NETWORK.pods, "via", parts.link.machine, "dev", parts.link.name]);
  return pid;
}

function machineProgram(directory: string, { binaries, kubectl, link, images }: MachineParts): Program {
  const script = path.join(import.meta.dirname, "start.sh");
  const namespaces = ["--mount", "--net", "--pid", "--fork", "--kill-child=SIGKILL", "--mount-proc"];
  return {
    name: "machine",
    // However this process ends, the kernel kills the machine.
    file: "setpriv",
    args: ["--pdeathsig", "KILL", "--", "unshare", ...namespaces, "--", "bash", script, directory],
    env: {
      NODE_NAME: MACHINE_NAME,
      KUBECTL: kubectl,
      CONTAINERD: binaries.containerd,
      NODE: binaries.node,
      ADD_ONS: binaries.addOns,
      IMAGES: images,
      ADDRESS: link.machine,
      GATEWAY: link.host,
      CGROUP: cgroupName(directory),
    },
  };
}

async function writeMachineFiles(directory: string, { access, credentials }: MachineParts): Promise<void> {
  const file = (name: string) => path.join(directory, name);
  await mkdir(file("cni.d"));
  await writeFile(file("containerd.toml"), renderContainerdConfig(directory));
  await writeFile(file("cni.d/10-pods.conflist"), renderCniConfig(directory));
  await writeFile(file("kubelet.yaml"), renderKubeletConfig(directory, cgroupName(directory)));
  await writeFile(file("kube-proxy.yaml"), renderKubeProxyConfig(directory, MACHINE_NAME));
  await writeFile(file("resolv.conf"), "");
  for (const user of ["kubelet", "kube-proxy"] as const)
    await writeKubeconfig(file(`${user}.kubeconfig`), { ...access, token: credentials.tokens[user] });
  await writeKubeconfig(file("kube-router.kubeconfig"), access);
}

/** The API server's certificate for connections to the kubelet, which is its own authority. */
export async function createKubeletClientCertificate(directory: string): Promise<Record<string, string>> {
  const key = path.join(directory, "kubelet-client.key");
  const certificate = path.join(directory, "kubelet-client.crt");
  const subject = "/O=system:masters/CN=kube-apiserver-kubelet-client";
  const request = [
    "req",
    "-x509",
    "-newkey",
    "ec",
    "-pkeyopt",
    "ec_paramgen_curve:P-256",
    "-noenc",
    "-days",
    "2",
  ];
  await run("openssl", [...request, "-subj", subject, "-keyout", key, "-out", certificate]);
  return { "kubelet-client-certificate": certificate, "kubelet-client-key": key };
}

/** Process 1 of the machine, by its number outside: the only child of `unshare`. */
async function findInit(unshare: number, signal: AbortSignal): Promise<number> {
  for (;;) {
    const children = await readFile(`/proc/${unshare}/task/${unshare}/children`, "utf8").catch(() => "");
    const [first] = children.trim().split(" ");
    if (first) return Number(first);
    await sleep(20, undefined, { signal });
  }
}

/** Removes the empty control groups that the machine leaves. */
export async function removeCgroups(directory: string): Promise<void> {
  const root = "/sys/fs/cgroup";
  for (const controller of await readdir(root).catch(() => [])) {
    const group = path.join(root, controller, cgroupName(directory));
    for (let attempt = 0; existsSync(group) && attempt < 50; attempt++) {
      await removeTree(group);
      if (existsSync(group)) await sleep(50);
    }
  }
}

/** A control group is removed as an empty directory, although it lists files. */
async function removeTree(group: string): Promise<void> {
  const entries = await readdir(group, { withFileTypes: true }).catch(() => []);
  for (const entry of entries) if (entry.isDirectory()) await removeTree(path.join(group, entry.name));
  await rmdir(group).catch(() => undefined);
}
