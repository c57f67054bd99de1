import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { Plan } from "../../../plan/plan.ts";
import { planOf } from "../../support/plans.ts";
import { type ControlPlane, startControlPlane } from "../control-plane/control-plane.ts";
import { type Engine, prepareEngine } from "../engine/engine.ts";
import { createPulumiStack, editStackFile, type PulumiStack } from "./pulumi-stack.ts";

const BUILD_TIMEOUT_MS = 40 * 60_000;
/** The CLI says so of each plugin that it finds on PATH. */
const PATH_PLUGIN_WARNING = /^warning: using pulumi-\S+ from \$PATH at .*\n/gm;

const POLICY_PACK_ARGS = ["--policy-pack", "policy"];

interface Manifest {
  readonly metadata: { readonly name: string; readonly generation: number };
}

/** The volumes that the StatefulSets of a plan claim: one for each template and replica. */
function claimCount({ resources }: Plan): number {
  const specs = resources
    .filter(({ type }) => type === "kubernetes:apps/v1:StatefulSet")
    .map(({ inputs }) => (inputs as { spec: { replicas: number; volumeClaimTemplates?: unknown[] } }).spec);
  return specs.reduce(
    (sum, { replicas, volumeClaimTemplates = [] }) => sum + replicas * volumeClaimTemplates.length,
    0,
  );
}

describe("the real Pulumi CLI runs the program on a real Kubernetes API", () => {
  let plane: ControlPlane;
  let engine: Engine;
  let stack: PulumiStack;

  beforeAll(async () => {
    plane = await startControlPlane();
    engine = await prepareEngine();
    const count = claimCount(await planOf("local"));
    if (!plane.existing) await plane.createVolumes({ storageClass: "standard", count });
    stack = createPulumiStack(engine, {
      environment: "local",
      stackFile: readFileSync("Pulumi.local.yaml", "utf8"),
      kubeconfig: plane.kubeconfig,
    });
  }, BUILD_TIMEOUT_MS);

  afterAll(async () => {
    stack?.run("destroy", "--stack", "local", "--yes");
    stack?.remove();
    await engine?.remove();
    await plane?.stop();
  }, BUILD_TIMEOUT_MS);

  const items = async (kind: string): Promise<readonly Manifest[]> =>
    JSON.parse(await plane.kubectl(["get", kind, "--namespace", "spacetime", "--output", "json"])).items;

  async function generations(): Promise<Record<string, number>> {
    const workloads = await items("deployments,statefulsets");
    return Object.fromEntries(workloads.map(({ metadata }) => [metadata.name, metadata.generation]));
  }

  const environmentConfigMaps = async (): Promise<string[]> =>
    (await items("configmaps"))
      .map(({ metadata }) => metadata.name)
      .filter((name) => name.startsWith("game-server-env-"));

  test("preview names exactly the resources of the plan", async () => {
    const preview = stack.run("preview", "--stack", "local", "--json");
    expect(preview.stderr.replaceAll(PATH_PLUGIN_WARNING, "")).toBe("");
    const { steps } = JSON.parse(preview.stdout) as { steps: { urn: string }[] };
    const planned = (await planOf("local")).resources.map(({ urn }) => urn);
    expect(steps.map(({ urn }) => urn).sort()).toEqual(planned.sort());
  });

  test("up with the policy pack deploys everything without waiting for states that this cluster never reaches", () => {
    const up = stack.run("up", "--stack", "local", "--yes", ...POLICY_PACK_ARGS);
    expect(`${up.status} ${up.stdout.slice(-400)}`).toMatch(/^0 [\s\S]*created/);
  });

  test("a second up changes nothing", () => {
    const up = stack.run("up", "--stack", "local", "--yes", "--expect-no-changes", ...POLICY_PACK_ARGS);
    expect(`${up.status} ${up.stdout.slice(-400)}`).toMatch(/^0 [\s\S]*unchanged/);
  });

  test("one changed variable restarts only the game server", async () => {
    const [before, oldNames] = [await generations(), await environmentConfigMaps()];
    editStackFile(
      stack,
      "    drainSeconds: 15\n",
      "    drainSeconds: 15\n    variables: { GODOT_LOG_LEVEL: warning }\n",
    );
    const up = stack.run("up", "--stack", "local", "--yes", ...POLICY_PACK_ARGS);
    expect(`${up.status} ${up.stdout.slice(-400)}`).toMatch(/^0 /);
    const after = await generations();
    expect(Object.keys(after).filter((name) => after[name] !== before[name])).toEqual(["game-server-main"]);
    expect(await environmentConfigMaps()).toHaveLength(1);
    expect(await environmentConfigMaps()).not.toEqual(oldNames);
  });

  test("a raised storage size changes nothing by itself; after the documented steps the pods have not restarted", async () => {
    const uids = async () =>
      (
        await plane.kubectl([
          "get",
          "pods",
          "--namespace",
          "spacetime",
          "--output",
          "jsonpath={.items[*].metadata.uid}",
        ])
      )
        .split(" ")
        .sort();
    const template = () =>
      plane.kubectl([
        ...["get", "statefulset", "postgres", "--namespace", "spacetime", "--output"],
        "jsonpath={.spec.volumeClaimTemplates[0].spec.resources.requests.storage}",
      ]);
    const before = await uids();
    editStackFile(stack, "    storage: 1Gi\n", "    storage: 3Gi\n");
    const ignored = stack.run("up", "--stack", "local", "--yes", "--expect-no-changes");
    expect(`${ignored.status} ${ignored.stdout.slice(-400)}`).toMatch(/^0 [\s\S]*unchanged/);
    const orphan = ["delete", "statefulset", "postgres", "--namespace", "spacetime", "--cascade=orphan"];
    await plane.kubectl(orphan);
    for (const command of ["refresh", "up"]) {
      const run = stack.run(command, "--stack", "local", "--yes", "--skip-preview");
      expect(`${run.status} ${run.stdout.slice(-2000)}`).toMatch(/^0 /);
    }
    expect([await template(), await uids()]).toEqual(["3Gi", before]);
  });

  test("no generated secret is in plaintext in the state", () => {
    const state = stack.run("stack", "export", "--stack", "local").stdout;
    const inputs = JSON.parse(state).deployment.resources as {
      type: string;
      outputs?: { base64?: unknown };
    }[];
    const values = inputs.filter(({ type }) => type === "random:index/randomBytes:RandomBytes");
    expect(values).toHaveLength(13);
    for (const { outputs } of values) expect(outputs?.base64).toHaveProperty("ciphertext");
  });

  test("destroy removes every object of the deployment", async () => {
    const destroy = stack.run("destroy", "--stack", "local", "--yes");
    expect(`${destroy.status} ${destroy.stdout.slice(-400)}`).toMatch(/^0 [\s\S]*deleted/);
    expect(await plane.kubectl(["get", "namespaces", "--output", "name"])).not.toContain("spacetime");
  });
});
