import { mkdtemp, rmdir, stat } from "node:fs/promises";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import { messageOf } from "../go-build/errors.ts";
import { type ControlPlane, startControlPlane } from "./control-plane.ts";
import { findLeftovers, findProcesses } from "./support/leftovers.ts";
import {
  admissionPolicy,
  deployment,
  privilegedPod,
  restrictedNamespace,
  statefulSet,
} from "./support/sample-manifests.ts";

// The first run on a machine builds Kubernetes.
const buildTimeoutMs = 40 * 60_000;
jest.setTimeout(3 * 60_000);
const noLeftovers = { processes: [], directory: false, port: false };

/** Started control planes are stopped even if a test fails. */
const started: ControlPlane[] = [];

async function start(options: { port?: number } = {}): Promise<ControlPlane> {
  const plane = await startControlPlane({ ...options, existing: false });
  started.push(plane);
  return plane;
}

const portOf = (plane: ControlPlane) => Number(new URL(plane.server).port);

afterAll(async () => {
  await Promise.all(started.map((plane) => plane.stop()));
});

let plane: ControlPlane;
const json = async (...args: string[]) => JSON.parse(await plane.kubectl([...args, "--output", "json"]));
const wait = (...args: string[]) => plane.kubectl(["wait", "--timeout", "60s", ...args]);

beforeAll(async () => {
  plane = await start();
  await plane.kubectl(["create", "--filename", "-"], restrictedNamespace("sample"));
}, buildTimeoutMs);

test("reports the Kubernetes version of go.mod", async () => {
  const { serverVersion } = await json("version");
  expect(plane.origin).toContain(serverVersion.gitVersion.replace(/^v/, ""));
  expect(await plane.kubectl(["get", "--raw", "/readyz"])).toBe("ok");
});

test("has a schedulable node in each of three zones", async () => {
  const { items } = await json("get", "nodes");
  const zones = items.map((node: Manifest) => node.metadata.labels["topology.kubernetes.io/zone"]);
  expect(zones.sort()).toEqual(["a", "b", "c"]);
});

test("rejects a privileged pod in a restricted namespace", async () => {
  const refused = plane.kubectl(["create", "--filename", "-"], privilegedPod("sample"));
  await expect(refused).rejects.toMatchObject({
    name: "KubectlError",
    stderr: expect.stringMatching(/violates PodSecurity "restricted:latest".*privileged/),
  });
});

test("rejects an object that violates an admission policy", async () => {
  await plane.kubectl(["create", "--filename", "-"], admissionPolicy("no-forbidden", "forbidden"));
  const create = () => plane.kubectl(["create", "configmap", "forbidden", "--dry-run=server"]);
  const refusal = await until(() => create().then(() => undefined, messageOf));
  expect(refusal).toMatch(/ValidatingAdmissionPolicy 'no-forbidden'.*denied request/);
});

test("makes a Deployment available with its pods spread across the zones", async () => {
  await plane.kubectl(["create", "--filename", "-"], deployment("sample", "spread", 3));
  await wait("--namespace", "sample", "--for", "condition=Available", "deployment/spread");
  const { items } = await json("get", "pods", "--namespace", "sample", "--selector", "app=spread");
  const nodes = items.map((pod: Manifest) => pod.spec.nodeName);
  expect(nodes.sort()).toEqual(["node-a", "node-b", "node-c"]);
});

test("binds the claims of a StatefulSet to the created volumes", async () => {
  await plane.createVolumes({ storageClass: "brought", count: 2 });
  await plane.kubectl(["create", "--filename", "-"], statefulSet("sample", "stateful", 2, "brought"));
  await plane.kubectl([
    "rollout",
    "status",
    "statefulset/stateful",
    "--namespace",
    "sample",
    "--timeout",
    "60s",
  ]);
  const { items } = await json("get", "persistentvolumeclaims", "--namespace", "sample");
  expect(items.map((claim: Manifest) => claim.status.phase)).toEqual(["Bound", "Bound"]);
});

test("exposes no token in a process list and no secret file to other users", async () => {
  const { users } = await json("config", "view", "--raw");
  const lines = await findProcesses(plane.directory ?? "");
  expect(lines.length).toBeGreaterThanOrEqual(6);
  for (const line of lines) expect(line).not.toContain(users[0].user.token);
  const modes = await Promise.all([".", "kubeconfig", "tokens.csv"].map((name) => mode(plane, name)));
  expect(modes).toEqual([0o700, 0o600, 0o600]);
});

test("is independent of a second control plane on the same machine", async () => {
  const second = await start();
  expect(second.server).not.toBe(plane.server);
  await second.kubectl(["create", "namespace", "only-here"]);
  await expect(plane.kubectl(["get", "namespace", "only-here"])).rejects.toThrow(/not found/);
  await second.stop();
  expect(await plane.kubectl(["get", "--raw", "/readyz"])).toBe("ok");
});

test("leaves no process, directory or listener when it is stopped", async () => {
  await plane.stop();
  expect(await findLeftovers(plane.directory ?? "", portOf(plane))).toEqual(noLeftovers);
  await plane.stop();
});

test("starts on another port when the requested port is in use", async () => {
  const occupant = createServer();
  const taken = await new Promise<number>((resolve) => {
    occupant.listen(0, "127.0.0.1", () => resolve((occupant.address() as AddressInfo).port));
  });
  const other = await start({ port: taken });
  expect(portOf(other)).not.toBe(taken);
  expect(await other.kubectl(["get", "--raw", "/readyz"])).toBe("ok");
  await other.stop();
  occupant.close();
});

test("leaves nothing when a part fails to start, and reports the part", async () => {
  const folder = await mkdtemp(path.join(tmpdir(), "spacetime-vr-failure-"));
  const options = { existing: false, env: { ...process.env, TMPDIR: folder } };
  const failing = startControlPlane({ ...options, nodes: [{ name: "Not A Name", zone: "a" }] });
  await expect(failing).rejects.toThrow(/^node "Not A Name" was rejected with status 422/);
  expect(await findProcesses(folder)).toEqual([]);
  // Not recursive, because the directory must be empty.
  await rmdir(folder);
});

/** Polls until the result is defined, because a policy takes effect shortly after it was created. */
async function until<T>(ask: () => Promise<T | undefined>): Promise<T> {
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    await sleep(100);
  }
}

/** The fields that these tests read. */
interface Manifest {
  readonly metadata: { readonly labels: Record<string, string> };
  readonly spec: { readonly nodeName?: string };
  readonly status: { readonly phase?: string };
}

async function mode(plane: ControlPlane, name: string): Promise<number> {
  return (await stat(path.join(plane.directory ?? "", name))).mode & 0o777;
}
