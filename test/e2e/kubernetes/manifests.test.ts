import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { Environment } from "../../../components/shared/environments.ts";
import { planOf } from "../../support/plans.ts";
import { type ControlPlane, startControlPlane } from "../control-plane/control-plane.ts";
import {
  createValueDirectory,
  type RenderedManifests,
  renderFilledManifests,
  renderUnfilledManifests,
} from "./rendered-manifests.ts";

const BUILD_TIMEOUT_MS = 40 * 60_000;

interface Manifest {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly generation?: number };
  readonly spec?: unknown;
  readonly status?: { readonly phase?: string };
}

let plane: ControlPlane;

beforeAll(async () => {
  plane = await startControlPlane();
  // Claims of the data stores, Prometheus and Alertmanager of both environments; a volume with the policy Retain
  // serves one claim.
  if (!plane.existing) await plane.createVolumes({ storageClass: "standard", count: 14 });
}, BUILD_TIMEOUT_MS);
afterAll(async () => {
  await plane?.stop();
});

describe.each<Environment>(["package", "local"])("the %s manifests on a real API server", (environment) => {
  /** A second rendering has the same values. */
  const values = createValueDirectory(environment);
  let manifests: RenderedManifests;

  beforeAll(async () => {
    manifests = await renderFilledManifests(await planOf(environment), values);
  });
  afterAll(() => {
    manifests?.remove();
    values.remove();
  });

  const apply = ({ directory }: RenderedManifests) =>
    plane.kubectl(["apply", "--server-side", "--kustomize", directory]);

  const items = async (kinds: string): Promise<readonly Manifest[]> =>
    JSON.parse(await plane.kubectl(["get", kinds, "--namespace", "spacetime", "--output", "json"])).items;

  async function generations(): Promise<Record<string, number | undefined>> {
    const workloads = await items("deployments,statefulsets");
    return Object.fromEntries(workloads.map(({ metadata }) => [metadata.name, metadata.generation]));
  }

  /** The autoscalers raise the replicas of new Deployments to their minimum, which is a new generation. */
  async function autoscalersSettled(): Promise<void> {
    for (const { spec } of await items("horizontalpodautoscalers")) {
      const { scaleTargetRef, minReplicas } = spec as {
        scaleTargetRef: { name: string };
        minReplicas: number;
      };
      const condition = `--for=jsonpath={.spec.replicas}=${minReplicas}`;
      const target = `deployment/${scaleTargetRef.name}`;
      await plane.kubectl(["wait", target, "--namespace", "spacetime", condition, "--timeout", "120s"]);
    }
  }

  async function rolledOut(): Promise<void> {
    await autoscalersSettled();
    const ours = ["--all-namespaces", "--selector", "app.kubernetes.io/part-of=spacetime-vr"];
    const kinds = "deployments,statefulsets,daemonsets";
    const found: readonly Manifest[] = JSON.parse(
      await plane.kubectl(["get", kinds, ...ours, "--output", "json"]),
    ).items;
    for (const { kind, metadata } of found) {
      const workload = `${kind.toLowerCase()}/${metadata.name}`;
      const place = ["--namespace", metadata.namespace ?? "default"];
      await plane.kubectl(["rollout", "status", workload, ...place, "--timeout", "120s"]);
    }
  }

  const configMaps = async (): Promise<string[]> =>
    (await items("configmaps"))
      .map(({ metadata }) => metadata.name)
      .filter((name) => name.startsWith("game-server-env-"));

  test("manifests with unresolved secret references are rejected, so that a reference never becomes a password", async () => {
    const unfilled = renderUnfilledManifests(await planOf(environment));
    await expect(apply(unfilled)).rejects.toThrow(/references only/);
    unfilled.remove();
  });

  test("every object is admitted under Pod Security restricted, without a warning", async () => {
    const printed = await apply(manifests);
    expect(printed).not.toMatch(/warning|violate/i);
    expect(printed.trim().split("\n").length).toBeGreaterThan(40);
  });

  test("Deployments become available, StatefulSets become ready and claims are bound", async () => {
    await rolledOut();
    const claims = await items("persistentvolumeclaims");
    expect(claims.map(({ metadata, status }) => [metadata.name, status?.phase]).sort()).toEqual([
      ["data-postgres-0", "Bound"],
      ["data-redis-0", "Bound"],
    ]);
  });

  test("a second apply changes nothing", async () => {
    const before = await generations();
    expect(await plane.kubectl(["diff", "--server-side", "--kustomize", manifests.directory])).toBe("");
    await apply(manifests);
    expect(await generations()).toEqual(before);
  });

  test("a changed variable restarts only the game server, and the old ConfigMap is kept", async () => {
    const [before, oldNames] = [await generations(), await configMaps()];
    const plan = await planOf(environment, ({ gameServer }) => {
      gameServer.variables = { GODOT_LOG_LEVEL: "warning" };
    });
    const changed = await renderFilledManifests(plan, values);
    await apply(changed);
    await rolledOut();
    changed.remove();
    const after = await generations();
    expect(Object.keys(after).filter((name) => after[name] !== before[name])).toEqual(["game-server-main"]);
    expect(await configMaps()).toHaveLength(2);
    expect(await configMaps()).toEqual(expect.arrayContaining(oldNames));
  });

  test("a rotated secret restarts only its consumers, and the old Secret is kept for their old pods", async () => {
    const secrets = async (): Promise<string[]> =>
      (await items("secrets"))
        .map(({ metadata }) => metadata.name)
        .filter((name) => name.startsWith("redis-"));
    const [before, oldNames] = [await generations(), await secrets()];
    const plan = await planOf(environment, (values) => {
      values.secretVersions = { "redis-password": 2 };
    });
    await expect(renderFilledManifests(plan, values)).rejects.toThrow(/secrets\/redis-password/);
    const rotated = await renderFilledManifests(plan, values, { rotate: true });
    await apply(rotated);
    await rolledOut();
    rotated.remove();
    const after = await generations();
    const changed = Object.keys(after).filter((name) => after[name] !== before[name]);
    expect(changed.sort()).toEqual(["game-server-main", "redis", "redis-exporter"]);
    expect(await secrets()).toHaveLength(2);
    expect(await secrets()).toEqual(expect.arrayContaining(oldNames));
  });

  test("delete removes every object", async () => {
    await plane.kubectl(["delete", "--kustomize", manifests.directory, "--timeout", "120s"]);
    expect(await plane.kubectl(["get", "namespaces", "--output", "name"])).not.toContain("spacetime");
  });
});
