import { existsSync } from "node:fs";
import { mkdir, readFile } from "node:fs/promises";
import path from "node:path";
import { freePort } from "../../support/ports.ts";
import { TestToolError } from "../go-build/errors.ts";
import { ApiClient } from "./api-client.ts";
import type { Binaries } from "./binaries.ts";
import {
  type ControlPlaneSite,
  caFile,
  createApiServerProgram,
  createEtcdProgram,
  createWorkerProgram,
  etcdSocket,
  type Worker,
  workerKubeconfig,
} from "./components.ts";
import { type ApiAccess, type Credentials, createCredentials, writeKubeconfig } from "./credentials.ts";
import { type NodeOptions, nodeManifest } from "./nodes.ts";
import type { RunningProgram } from "./process-group.ts";
import type { StartContext } from "./supervise.ts";
import { type WaitOptions, waitUntil } from "./wait-until.ts";

/** Options for starting a control plane. */
interface LaunchOptions extends Omit<StartContext, "request"> {
  readonly binaries: Binaries;
  /** The address of the API server. */
  readonly address: string;
  /** The preferred port. */
  readonly port?: number | undefined;
  readonly workers: readonly Worker[];
  /** Flags of the API server that replace or complete its defaults. */
  readonly apiServerFlags?: Readonly<Record<string, string>>;
}

/** The connection data of a started control plane. */
interface LaunchedControlPlane {
  readonly kubeconfig: string;
  readonly access: ApiAccess;
  readonly credentials: Credentials;
}

const maxPortAttempts = 5;

/** Starts etcd, the API server and the workers. It has no nodes yet. */
export async function launch(options: LaunchOptions): Promise<LaunchedControlPlane> {
  const { fleet, binaries, progress } = options;
  const { directory } = fleet;
  const credentials = await createCredentials(directory);
  const site: ControlPlaneSite = { directory, binaries, credentials };
  await startEtcd(options, site);
  const access = await startApiServer(options, site);
  const kubeconfig = path.join(directory, "kubeconfig");
  await writeKubeconfig(kubeconfig, access);
  for (const name of options.workers) {
    const token = site.credentials.tokens[name];
    await writeKubeconfig(workerKubeconfig(directory, name), { ...access, token });
    watchProgram(options, fleet.start(createWorkerProgram(site, name)));
  }
  progress(`${options.workers.join(", ")} are starting`);
  return { kubeconfig, access, credentials };
}

async function startEtcd(options: LaunchOptions, site: ControlPlaneSite): Promise<void> {
  options.progress("etcd is starting");
  const database = watchProgram(options, options.fleet.start(createEtcdProgram(site)));
  const socket = path.join(site.directory, etcdSocket);
  await waitUntil(createWaitOptions(options, "etcd opens its socket", database), () => existsSync(socket));
}

/** Another process may take the port before it is bound; then another port is tried. */
async function startApiServer(options: LaunchOptions, site: ControlPlaneSite): Promise<ApiAccess> {
  const { fleet, progress } = options;
  await mkdir(path.dirname(caFile(site.directory)), { mode: 0o700 });
  for (let attempt = 1; ; attempt++) {
    const port = (attempt === 1 && options.port) || (await freePort());
    progress(`kube-apiserver is starting on ${options.address}:${port}`);
    const server = fleet.start(createApiServerProgram(site, { ...options, port }));
    const ready = createWaitOptions(options, "kube-apiserver is ready", server);
    const access = await waitUntil(ready, () =>
      server.hasEnded() ? null : readAccessIfReady(site, options.address, port),
    );
    if (access !== null) {
      watchProgram(options, server);
      return access;
    }
    const log = server.logTail();
    if (!/address already in use/.test(log) || attempt === maxPortAttempts) {
      throw new TestToolError(`${await server.ended} before it was ready. Its log ends:\n${log}`);
    }
    progress(`port ${port} is in use; trying another one`);
  }
}

/** Returns the connection data, or undefined while the server is not ready. */
async function readAccessIfReady(
  site: ControlPlaneSite,
  address: string,
  port: number,
): Promise<ApiAccess | undefined> {
  const authority = await readFile(caFile(site.directory), "utf8").catch(() => "");
  if (authority === "") return undefined;
  const access = { server: `https://${address}:${port}`, token: site.credentials.tokens.admin, authority };
  return (await isReady(access)) ? access : undefined;
}

async function isReady(access: ApiAccess): Promise<boolean> {
  const api = new ApiClient(access);
  try {
    return await api.isOk("/readyz");
  } finally {
    api.close();
  }
}

/** Registers nodes that kwok simulates, and returns once pods can be scheduled. */
export async function registerSimulatedNodes(
  options: NodeContext,
  access: ApiAccess,
  nodes: readonly NodeOptions[],
): Promise<void> {
  options.progress("the simulated nodes are starting");
  const api = new ApiClient(access);
  try {
    for (const node of nodes) {
      const answer = await api.send("POST", "/api/v1/nodes", nodeManifest(node));
      if (answer.status !== 201) {
        throw new TestToolError(
          `node "${node.name}" was rejected with status ${answer.status}: ${answer.body}`,
        );
      }
    }
  } finally {
    api.close();
  }
  await waitForNodes(options, access, nodes.length);
}

/** Returns once this number of nodes is ready and pods are accepted. */
export async function waitForNodes(options: NodeContext, access: ApiAccess, count: number): Promise<void> {
  const api = new ApiClient(access);
  try {
    await waitUntil(createWaitOptions(options, "the nodes are ready"), () => areNodesReady(api, count));
    // A controller creates it; until then, every pod is rejected.
    const account = "/api/v1/namespaces/default/serviceaccounts/default";
    await waitUntil(createWaitOptions(options, "the default service account exists"), () =>
      api.isOk(account),
    );
  } finally {
    api.close();
  }
}

interface NodeState {
  readonly spec: { readonly taints?: readonly unknown[] };
  readonly status: { readonly conditions?: readonly { readonly type: string; readonly status: string }[] };
}

/** A ready node is usable only after the lifecycle controller has removed its taint. */
async function areNodesReady(api: ApiClient, wanted: number): Promise<boolean> {
  const answer = await api.send("GET", "/api/v1/nodes");
  if (answer.status !== 200) return false;
  const { items } = JSON.parse(answer.body) as { items: readonly NodeState[] };
  const usable = items.filter(({ spec, status }) => {
    const ready = status.conditions?.some(
      (condition) => condition.type === "Ready" && condition.status === "True",
    );
    return ready && (spec.taints ?? []).length === 0;
  });
  return usable.length >= wanted;
}

type NodeContext = Pick<StartContext, "fleet" | "progress" | "signal">;

function watchProgram(options: LaunchOptions, program: RunningProgram): RunningProgram {
  options.fleet.watch(program, options.onFailure);
  return program;
}

function createWaitOptions(options: NodeContext, what: string, program?: RunningProgram): WaitOptions {
  const explain = program && (() => `The log of ${program.name} ends:\n${program.logTail()}`);
  return { what, signal: options.signal, failure: () => options.fleet.failure, explain };
}
