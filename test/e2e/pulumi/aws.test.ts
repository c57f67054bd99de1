import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { clusterConfig } from "../../../components/config/component-configs/cluster-config.ts";
import { parseConfig } from "../../../components/config/parse-config.ts";
import type { Environment } from "../../../components/shared/environments.ts";
import program from "../../../index.ts";
import { destroy } from "../../../operations/pulumi/deploy/destroy.ts";
import { up } from "../../../operations/pulumi/deploy/up.ts";
import { rollback } from "../../../operations/pulumi/rollback/rollback.ts";
import { planEnvironment } from "../../../plan/plan-environment.ts";
import { filledRawConfig } from "../../support/filled-config.ts";
import { filledStackFile } from "../../support/filled-stack-file.ts";
import { type ControlPlane, startControlPlane } from "../control-plane/control-plane.ts";
import { type AwsDouble, eksNodes, startAwsDouble } from "../engine/aws-double.ts";
import { type Engine, prepareEngine } from "../engine/engine.ts";
import { operationCounts, recordOperation } from "./operation-report.ts";
import { createPulumiStack, editStackFile, type PulumiStack } from "./pulumi-stack.ts";
import { createWrapper, type Wrapper } from "./wrapper.ts";

const BUILD_TIMEOUT_MS = 40 * 60_000;
const OPERATION_TIMEOUT_MS = 20 * 60_000;
const LOG_GROUP = "aws:cloudwatch/logGroup:LogGroup";
const ZONES = ["eu-central-1a", "eu-central-1b", "eu-central-1c"];

/** An environment on an AWS account of its own; the API server is the same for all. */
interface Scene {
  readonly double: AwsDouble;
  readonly stack: PulumiStack;
  readonly wrapper: Wrapper;
  /** Runs the CLI, records time and counts, and returns the end of its output with its exit code. */
  readonly run: (operation: string, ...args: readonly string[]) => string;
  /** Runs an operation of the product, and records its time and the counts of the last run of the CLI. */
  readonly wrap: <Result>(
    operation: string,
    body: (context: Wrapper["context"]) => Promise<Result>,
  ) => Promise<Result>;
  readonly remove: () => Promise<void>;
}

/** Principals and policies that bootstrap/ and the account owner create. */
function existingPrincipals(environment: Environment) {
  const cluster = clusterConfig(parseConfig(filledRawConfig(environment)));
  if (!("kind" in cluster) || cluster.kind !== "eks") throw new Error(`${environment} is not on EKS`);
  const { account } = cluster.aws;
  const { administrators, observers, deployer, previewer } = cluster.access;
  const boundary = `arn:aws:iam::${account}:policy/spacetime-vr-boundary`;
  return { account, deployer, existing: [...administrators, ...observers, deployer, previewer, boundary] };
}

async function createScene(environment: Environment, engine: Engine, plane: ControlPlane): Promise<Scene> {
  const { account, deployer, existing } = existingPrincipals(environment);
  const double = await startAwsDouble({ account, kubeconfig: plane.kubeconfig, caller: deployer, existing });
  const stack = createPulumiStack(engine, {
    environment,
    stackFile: filledStackFile(environment),
    searchPath: [double.searchPath],
    env: double.env,
  });
  const wrapper = createWrapper(stack, environment, engine.pulumi);
  const record = (operation: string, started: number, stdout: string): void => {
    const seconds = (performance.now() - started) / 1000;
    recordOperation({ environment, operation, seconds, counts: operationCounts(stdout) });
  };
  return {
    double,
    stack,
    wrapper,
    run: (operation, ...args) => {
      const started = performance.now();
      const { status, stdout, stderr } = stack.run(...args, "--stack", environment);
      record(operation, started, stdout);
      return `exit ${status}: ${stdout.slice(-4000)}${status === 0 ? "" : stderr.slice(-2000)}`;
    },
    wrap: async (operation, body) => {
      const started = performance.now();
      wrapper.takeOutput();
      try {
        return await body(wrapper.context);
      } catch (error) {
        throw new Error(`${operation}: ${error}\n${wrapper.takeOutput().slice(-4000)}`);
      } finally {
        record(operation, started, wrapper.takeOutput());
      }
    },
    remove: async () => {
      stack.remove();
      await double.stop();
    },
  };
}

describe("environments on AWS with the real Pulumi CLI, a strict double of AWS and a real Kubernetes API", () => {
  let plane: ControlPlane;
  let engine: Engine;

  beforeAll(async () => {
    plane = await startControlPlane({ existing: false, nodes: eksNodes(ZONES) });
    engine = await prepareEngine();
  }, BUILD_TIMEOUT_MS);

  afterAll(async () => {
    await engine?.remove();
    await plane?.stop();
  }, BUILD_TIMEOUT_MS);

  /** Cluster-wide objects that Kubernetes itself does not have. */
  async function foreignObjects(): Promise<string[]> {
    const kinds = "namespaces,persistentvolumes,storageclasses,customresourcedefinitions";
    const names = (await plane.kubectl(["get", kinds, "--output", "name"])).trim().split("\n");
    return names.filter((name) => !/^namespace\/(default|kube-.*)$/.test(name) && name !== "");
  }

  const yes = { yes: true, interactive: false };
  // Most of an update is waiting for Kubernetes, so more operations at once than the default of 8 cost nothing.
  const options = ["--yes", "--skip-preview", "--parallel", "32"];
  const update = ["up", ...options];

  describe.each(["staging", "production"] as const)("%s", (environment) => {
    let scene: Scene;
    let planned: readonly string[];

    beforeAll(async () => {
      scene = await createScene(environment, engine, plane);
      const { resources } = await planEnvironment(program, filledRawConfig(environment));
      planned = resources.map(({ urn }) => urn).sort();
    }, OPERATION_TIMEOUT_MS);

    afterAll(async () => scene?.remove(), OPERATION_TIMEOUT_MS);

    const resources = () => scene.double.account.read().resources;

    test(
      "the preview names exactly the resources of the plan",
      async () => {
        const started = performance.now();
        const preview = scene.stack.run("preview", "--stack", environment, "--json");
        const seconds = (performance.now() - started) / 1000;
        expect(`${preview.status} ${preview.stderr.slice(-2000)}`).toMatch(/^0 /);
        const { steps } = JSON.parse(preview.stdout) as { steps: { urn: string }[] };
        recordOperation({ environment, operation: "preview", seconds, counts: `${steps.length} to create` });
        expect(steps.map(({ urn }) => urn).sort()).toEqual(planned);
      },
      OPERATION_TIMEOUT_MS,
    );

    test(
      "one update creates everything from nothing",
      async () => {
        const commit = scene.wrapper.commit();
        // The policy pack requires credentials of notifications, which the filled stack file of production does not have.
        if (environment === "production") return void expect(scene.run("up", ...update)).toMatch(/^exit 0: /);
        expect(await scene.wrap("up", (context) => up(context, yes))).toMatchObject({
          verdict: "good",
          commit,
        });
      },
      OPERATION_TIMEOUT_MS,
    );

    test(
      "a second update changes nothing",
      () => expect(scene.run("up again", ...update, "--expect-no-changes")).toMatch(/^exit 0: /),
      OPERATION_TIMEOUT_MS,
    );

    if (environment === "production") {
      test(
        "`destroy` names the protected resources and deletes nothing",
        async () => {
          const before = resources();
          const rejected = scene.wrap("destroy (rejected)", (context) =>
            destroy(context, { ...yes, confirm: environment }),
          );
          await expect(rejected).rejects.toThrow(/protected resources: .*cluster-control-plane-cluster/);
          expect(resources()).toEqual(before);
        },
        OPERATION_TIMEOUT_MS,
      );
      return;
    }

    test(
      "one changed variable changes nothing of AWS and only the environment of the game server; `rollback` restores it",
      async () => {
        const before = resources();
        const drain =
          /^ {4}drainSeconds: \d+\n/m.exec(readFileSync(scene.stack.stackFile, "utf8"))?.[0] ?? "";
        const change = "    variables: { GODOT_LOG_LEVEL: warning }\n";
        editStackFile(scene.stack, drain, `${drain}${change}`);
        scene.wrapper.commit();
        scene.wrapper.verification = { verdict: "bad", summary: "6 of 10 checks passed" };
        const bad = await scene.wrap("change", (context) => up(context, yes));
        expect(bad.verdict).toBe("bad");
        const variables = async () => {
          const args = ["get", "configmaps", "--namespace", "spacetime", "--output", "json"];
          const { items } = JSON.parse(await plane.kubectl(args)) as {
            items: { data?: Record<string, string> }[];
          };
          return items.flatMap(({ data }) => data?.GODOT_LOG_LEVEL ?? []);
        };
        expect(await variables()).toEqual(["warning"]);
        scene.wrapper.verification = { verdict: "good", summary: "10 of 10 checks passed" };
        const { plan, record } = await scene.wrap("rollback", (context) => rollback(context, yes, () => {}));
        expect(record).toMatchObject({ kind: "rollback", verdict: "good" });
        const changedTypes = new Set(plan.changes.map(({ type }) => type));
        expect([...changedTypes].sort()).toEqual([
          "kubernetes:apps/v1:Deployment",
          "kubernetes:core/v1:ConfigMap",
        ]);
        expect(await variables()).not.toContain("warning");
        expect(resources()).toEqual(before);
        // A rollback does not change the work tree.
        editStackFile(scene.stack, change, "");
        scene.wrapper.commit();
      },
      OPERATION_TIMEOUT_MS,
    );

    test(
      "a refresh finds no drift, then the one that was made by hand, which the next update reverts",
      () => {
        const refresh = ["refresh", ...options];
        expect(scene.run("refresh", ...refresh, "--expect-no-changes")).toMatch(/^exit 0: /);
        const retention = () =>
          resources()
            .filter(({ type }) => type === LOG_GROUP)
            .map(({ inputs }) => inputs.retentionInDays);
        const deployed = retention();
        scene.double.account.edit(LOG_GROUP, (inputs) => ({ ...inputs, retentionInDays: 1 }));
        const counts = new RegExp(` {4}~ ${deployed.length} updated`);
        expect(scene.run("refresh after drift", ...refresh)).toMatch(counts);
        expect(scene.run("up after drift", ...update)).toMatch(counts);
        expect(retention()).toEqual(deployed);
      },
      OPERATION_TIMEOUT_MS,
    );

    test(
      "is refused by AWS while backups are left, then destroyed but for its keys, and deployed again",
      async () => {
        const { account } = scene.double;
        const [bucket] = resources().flatMap(({ type, inputs }) =>
          /:Bucket$/.test(type) ? String(inputs.bucket) : [],
        );
        account.change(() => ({ contents: { [bucket ?? ""]: 1 } }));
        const arguments_ = ["destroy", ...options];
        expect(scene.run("destroy with backups", ...arguments_, "--continue-on-error")).toContain(
          "BucketNotEmpty",
        );
        account.change(() => ({ contents: {} }));
        await scene.wrap("destroy", (context) => destroy(context, yes));
        expect(new Set(resources().map(({ type }) => type))).toEqual(new Set(["aws:kms/key:Key"]));
        expect(await foreignObjects()).toEqual([]);
        expect(scene.run("up after destroy", ...update)).toMatch(/^exit 0: /);
        await scene.wrap("destroy again", (context) => destroy(context, yes));
      },
      2 * OPERATION_TIMEOUT_MS,
    );
  });
});
