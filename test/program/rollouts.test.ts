import { describe, expect, test } from "@jest/globals";
import { ENVIRONMENTS } from "../../components/shared/environments.ts";
import {
  type Draft,
  findChangedKeys,
  kubernetesObjects,
  planOf,
  planUncached,
  podTemplates,
} from "../support/plans.ts";

/** The workloads that a config change restarts. */
async function changedWorkloads(change: (values: Draft) => void): Promise<string[]> {
  const [before, after] = [await planOf("package"), await planOf("package", change)];
  return findChangedKeys(podTemplates(before), podTemplates(after));
}

describe("a change restarts exactly the workloads that use it", () => {
  test.each<[string, (values: Draft) => void, string[]]>([
    [
      "a variable of the game server",
      ({ gameServer }) => {
        gameServer.variables = { GODOT_LOG_LEVEL: "debug" };
      },
      ["Deployment/game-server-main"],
    ],
    [
      "the gateway's rate limits",
      ({ gateway }) => {
        gateway.shield.burst = 7;
      },
      ["Deployment/gateway"],
    ],
    [
      "the memory that Redis may use",
      ({ redis }) => {
        redis.resources.memory = "1Gi";
      },
      ["StatefulSet/redis"],
    ],
    [
      "the version of the Redis password",
      (values) => {
        values.secretVersions = { "redis-password": 2 };
      },
      [
        "Deployment/game-server-main",
        "Deployment/redis-exporter",
        // Redis snapshots need the password; it is in the Secret of the backups.
        "StatefulSet/backup-repository",
        "StatefulSet/redis",
      ],
    ],
    [
      "the version of the JWT signing key",
      (values) => {
        values.secretVersions = { "jwt-signing-key": 2 };
      },
      ["Deployment/game-server-main"],
    ],
    [
      "the version of a secret that only monitoring reads",
      (values) => {
        values.secretVersions = { "grafana-admin-password": 2 };
      },
      ["Deployment/grafana"],
    ],
    [
      "the port of the HTTP API, which nginx and the probes follow",
      ({ gameServer }) => {
        gameServer.variables = { GODOT_HTTP_PORT: 9090 };
      },
      ["Deployment/game-server-main", "Deployment/gateway"],
    ],
  ])("%s", async (_title, change, workloads) => {
    expect(await changedWorkloads(change)).toEqual(workloads);
  });

  test("the old ConfigMap exists until the rollout is complete, because the new one has another name", async () => {
    const names = (plan: Awaited<ReturnType<typeof planOf>>): string[] =>
      [...kubernetesObjects(plan).keys()].filter((key) =>
        key.startsWith("ConfigMap/spacetime/game-server-env-"),
      );
    const before = names(await planOf("local"));
    const after = names(
      await planOf("local", ({ gameServer }) => {
        gameServer.variables = { GODOT_LOG_LEVEL: "warning" };
      }),
    );
    expect([before.length, after.length]).toEqual([1, 1]);
    expect(after).not.toEqual(before);
  });

  test.each(ENVIRONMENTS)("two previews of %s are identical", async (environment) => {
    expect(await planUncached(environment)).toEqual(await planUncached(environment));
  });
});

test("Pulumi can run the program: a module with a default export has no named exports", async () => {
  expect(Object.keys(await import("../../index.ts"))).toEqual(["default"]);
});

describe("a deployment keeps the autoscaler's replica count", () => {
  test.each(ENVIRONMENTS)("no autoscaled Deployment of %s sets replicas", async (environment) => {
    const objects = [...kubernetesObjects(await planOf(environment)).values()];
    const scaled = objects
      .filter(({ kind }) => kind === "HorizontalPodAutoscaler")
      .map(({ spec }) => (spec as { scaleTargetRef: { name: string } }).scaleTargetRef.name);
    const deployments = objects.filter(({ kind }) => kind === "Deployment");
    const withReplicas = deployments.filter(({ spec }) => "replicas" in (spec as object));
    expect(withReplicas.map(({ metadata }) => metadata.name).filter((name) => scaled.includes(name))).toEqual(
      [],
    );
    expect(withReplicas.length + scaled.length).toBe(deployments.length);
  });
});

describe("the grace period is long enough for session handover", () => {
  test.each(ENVIRONMENTS)("%s: every grace period covers drain and deregistration", async (environment) => {
    const plan = await planOf(environment, ({ gameServer, gateway }) => {
      gameServer.drainSeconds = 200;
      if (gateway.exposure.kind === "load-balancer") gateway.exposure.deregistrationSeconds = 100;
    });
    const graces = [...podTemplates(plan)]
      .filter(([name]) => /^Deployment\/(game-server|gateway)/.test(name))
      .map(([, template]) => (template as { spec: { terminationGracePeriodSeconds: number } }).spec)
      .map(({ terminationGracePeriodSeconds }) => terminationGracePeriodSeconds);
    const floor = environment === "staging" || environment === "production" ? 300 : 200;
    expect(graces.every((seconds) => seconds > floor)).toBe(true);
  });
});
