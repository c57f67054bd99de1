import { afterAll, beforeAll, expect, test } from "@jest/globals";
import type { CheckContext } from "../../../probes/check-context.ts";
import { evaluateFieldManagers } from "../../../probes/history/steps-recorded.ts";
import { PREFLIGHT } from "../../../probes/preflight/index.ts";
import { readCapacity } from "../../../probes/sources/capacity.ts";
import { readFieldManagers } from "../../../probes/sources/field-managers.ts";
import { readPlatform } from "../../../probes/sources/platform.ts";
import { readRestorePoints } from "../../../probes/sources/restore-points.ts";
import type { PlannedObject } from "../../../probes/target/target.ts";
import { type ControlPlane, startControlPlane } from "../control-plane/control-plane.ts";

const BUILD_TIMEOUT_MS = 40 * 60_000;

let plane: ControlPlane;
const access = () => ({ kubeconfig: plane.kubeconfig, signal: AbortSignal.timeout(60_000) });

const create = (...objects: readonly object[]): Promise<string> =>
  plane.kubectl(
    ["apply", "--server-side", "--field-manager", "pulumi-kubernetes-1a2b3c", "--filename", "-"],
    JSON.stringify({ apiVersion: "v1", kind: "List", items: objects }),
  );

const namespace = (name: string) => ({ apiVersion: "v1", kind: "Namespace", metadata: { name } });
const configMap = (name: string) => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name, namespace: "spacetime" },
  data: { key: "planned" },
});

beforeAll(async () => {
  plane = await startControlPlane({ existing: false });
  await create(
    ...["spacetime", "spacetime-monitoring", "spacetime-backup", "spacetime-nodes"].map(namespace),
    {
      apiVersion: "storage.k8s.io/v1",
      kind: "StorageClass",
      metadata: { name: "gp3" },
      provisioner: "example.org/none",
      allowVolumeExpansion: true,
    },
  );
}, BUILD_TIMEOUT_MS);
afterAll(() => plane?.stop());

/** A workload whose pods request memory. */
const workload = (replicas: number, memory: string): PlannedObject => ({
  kind: "Deployment",
  metadata: { name: "game-server", namespace: "spacetime" },
  spec: {
    replicas,
    template: {
      spec: { containers: [{ name: "server", resources: { requests: { cpu: "100m", memory } } }] },
    },
  },
});

async function outcomes(planned: PlannedObject, storageClass: string): Promise<Record<string, string>> {
  const context = {
    target: { planned: [planned], serverName: "localhost", expected: { storageClass } },
    platform: () => readPlatform(access()),
    capacity: () => readCapacity(access()),
  } as unknown as CheckContext;
  const results = await Promise.all(
    PREFLIGHT.map(async (check) => [check.name, await check.run(context)] as const),
  );
  return Object.fromEntries(
    results.map(([name, { findings }]) => [name, Object.values(findings)[0]?.outcome ?? ""]),
  );
}

test("a real cluster with room, a supported version and the storage class passes", async () => {
  expect(await outcomes(workload(2, "64Mi"), "gp3")).toMatchObject({
    "platform-ready": "pass",
    "cluster-version": "pass",
    "cluster-capacity": "pass",
    "storage-class": "pass",
  });
});

test("pods that fit on no node of the real cluster, and a missing storage class, fail", async () => {
  expect(await outcomes(workload(2, "4000Gi"), "fast")).toMatchObject({
    "cluster-capacity": "fail",
    "storage-class": "fail",
  });
});

test("a change with kubectl is found in the fields that the API server tracks", async () => {
  await create(configMap("untouched"), configMap("edited"));
  expect(evaluateFieldManagers(await readFieldManagers(access()))).toEqual({ outcome: "pass" });
  const patch = ["--patch", '{"data":{"key":"changed by hand"}}'];
  await plane.kubectl(["patch", "configmap", "edited", "--namespace", "spacetime", ...patch]);
  const planned = [configMap("untouched"), configMap("edited")];
  expect(evaluateFieldManagers(await readFieldManagers(access()), planned)).toMatchObject({
    outcome: "fail",
    seen: expect.stringMatching(/^ConfigMap spacetime\/edited by kubectl-patch at /),
  });
});

test("a backup job that the cluster completed is a restore point", async () => {
  const container = { name: "backup", image: "registry.example.org/backup:1" };
  await create({
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: { name: "postgres-before-2-5-0", namespace: "spacetime-backup" },
    spec: { template: { spec: { restartPolicy: "Never", containers: [container] } } },
  });
  await plane.kubectl([
    ...["wait", "job/postgres-before-2-5-0", "--namespace", "spacetime-backup"],
    ...["--for", "condition=Complete", "--timeout", "60s"],
  ]);
  expect(await readRestorePoints({ kind: "in-cluster" }, access())).toEqual({
    kind: "read",
    points: [{ name: "postgres-before-2-5-0", completedAt: expect.stringMatching(/^\d{4}-/) }],
  });
});
