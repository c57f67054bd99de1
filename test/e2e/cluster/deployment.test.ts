import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { type Draft, planOf } from "../../support/plans.ts";
import { freeNodePort } from "../../support/ports.ts";
import { type CliResult, runCliProcess } from "../../support/run-cli.ts";
import { findProcesses } from "../control-plane/support/leftovers.ts";
import {
  createValueDirectory,
  type RenderedManifests,
  renderFilledManifests,
} from "../kubernetes/rendered-manifests.ts";
import { type Cluster, findObstacle, startCluster } from "./cluster.ts";
import { MISSING_IMAGES } from "./images/image-configs.ts";

const BUILD_TIMEOUT_MS = 60 * 60_000;
const TIMEOUT_MS = 10 * 60_000;

/** Sessions that stay connected during a rollout. */
const SESSIONS = 24;

const obstacle = findObstacle();

if (obstacle !== undefined) {
  test("a machine that cannot run pods says why, and names the alternative", async () => {
    process.stderr.write(`Nothing was proven on running pods: ${obstacle}.\n`);
    await expect(startCluster()).rejects.toThrow(
      /cannot start on this machine: it needs .*npm run control-plane/,
    );
  });
} else {
  describe("the local environment as running pods, deployed with kubectl", describeDeployment);
}

function describeDeployment(): void {
  const values = createValueDirectory("local");
  const scratch = mkdtempSync(join(tmpdir(), "spacetime-vr-pods-"));
  let cluster: Cluster;
  let manifests: RenderedManifests;
  let url = "";

  beforeAll(async () => {
    const port = await freeNodePort();
    cluster = await startCluster({
      ports: [port],
      progress: (line) => process.stderr.write(`cluster: ${line}\n`),
    });
    url = `https://localhost:${port}`;
    const plan = await planOf("local", (config) => adaptToMachine(config, cluster.gameServerImage, port));
    manifests = await renderFilledManifests(plan, values);
    await cluster.kubectl(["apply", "--server-side", "--kustomize", manifests.directory]);
  }, BUILD_TIMEOUT_MS);

  afterAll(async () => {
    await cluster?.stop();
    manifests?.remove();
    values.remove();
    rmSync(scratch, { recursive: true, force: true });
  });

  const inNamespace = (...args: readonly string[]) => cluster.kubectl(["--namespace", "spacetime", ...args]);

  /** Runs a probe suite as an operator does, with the files that `secrets generate` wrote. */
  function probe(command: string, ...options: readonly string[]): Promise<CliResult> {
    const authority = ["--ca-file", join(values.path, "tls", "spacetime.crt")];
    return runCliProcess(scratch, [command, url, ...authority, ...options]);
  }

  const withSecrets = () => ["--secrets", values.path];

  async function notReady(): Promise<string[]> {
    const { items } = JSON.parse(
      await cluster.kubectl([
        "get",
        "pods",
        "-A",
        "-l",
        "app.kubernetes.io/part-of=spacetime-vr",
        "-o",
        "json",
      ]),
    ) as { items: readonly Pod[] };
    const waiting = items.filter(({ status }) => {
      const ready = status.conditions?.some(({ type, status }) => type === "Ready" && status === "True");
      return !ready && status.phase !== "Succeeded";
    });
    return [
      ...new Set(waiting.map(({ metadata }) => metadata.labels["app.kubernetes.io/name"] ?? "")),
    ].sort();
  }

  /** Whether a container can open a TCP connection. */
  function connects(workload: string, host: string, port: number): Promise<boolean> {
    const script = `timeout 5 bash -c '</dev/tcp/${host}/${port}'`;
    return inNamespace("exec", workload, "--", "bash", "-c", script).then(
      () => true,
      () => false,
    );
  }

  test(
    "every pod becomes ready, except those whose image no registry of packages serves",
    async () => {
      const missing = MISSING_IMAGES.filter((name) => ["grafana", "kube-state-metrics"].includes(name));
      await expectEventually(notReady, missing);
    },
    TIMEOUT_MS,
  );

  test(
    "verification passes all ten checks through the gateway, and the smoke test every check that applies",
    async () => {
      const verified = await probe("verify", ...withSecrets());
      expect(verified).toMatchObject({ exitCode: 0, stdout: expect.stringContaining("10 of 10 passed") });
      const smoked = await probe("smoke", ...withSecrets());
      expect(smoked).toMatchObject({
        exitCode: 0,
        stdout: expect.stringContaining("9 of 10 passed, 1 not applicable"),
      });
    },
    TIMEOUT_MS,
  );

  test("no pod of the game has a service account token", async () => {
    for (const workload of [
      "deploy/game-server-main",
      "deploy/gateway",
      "statefulset/postgres",
      "statefulset/redis",
    ]) {
      const listed = inNamespace("exec", workload, "--", "ls", "/run/secrets/kubernetes.io");
      await expect(listed).rejects.toThrow(/No such file/);
    }
  });

  test(
    "network policies allow the game server to reach its stores, and deny the connections that no workload needs",
    async () => {
      const server = "deploy/game-server-main";
      expect(await connects(server, "postgres.spacetime.svc", 5432)).toBe(true);
      expect(await connects(server, "redis.spacetime.svc", 6379)).toBe(true);
      expect(await connects("deploy/gateway", "game-server.spacetime.svc", 8080)).toBe(true);
      for (const [workload, host, port] of [
        ["deploy/gateway", "postgres.spacetime.svc", 5432],
        ["deploy/gateway", "redis.spacetime.svc", 6379],
        ["statefulset/redis", "postgres.spacetime.svc", 5432],
        [server, "kubernetes.default.svc", 443],
        [server, "prometheus.spacetime-monitoring.svc", 9090],
      ] as const)
        expect([workload, host, await connects(workload, host, port)]).toEqual([workload, host, false]);
    },
    TIMEOUT_MS,
  );

  test(
    "a rolling update drains the old server before it ends, and loses no session",
    async () => {
      const old = (
        await inNamespace("get", "pods", "-l", "app.kubernetes.io/name=game-server", "-o", "name")
      ).trim();
      const log = inNamespace("logs", "--follow", old);
      const kubectl = `${cluster.kubectlCommand} --namespace spacetime`;
      const rollout = [
        `${kubectl} rollout restart deploy/game-server-main`,
        `${kubectl} rollout status deploy/game-server-main --timeout=300s`,
        `${kubectl} wait --for=delete ${old} --timeout=120s`,
      ];
      const token = join(values.path, "secrets", "api-token");
      const options = ["--token-file", token, "--sessions", String(SESSIONS), "--json"];
      const loaded = await probe("load", ...options, "--through", `sh -c '${rollout.join(" && ")}'`);
      const report = JSON.parse(loaded.stdout) as LoadReport;
      // On a busy machine, some sessions do not connect before the rollout; those that did must survive it.
      const { connected } = report.sessions;
      expect(connected).toBeGreaterThanOrEqual(SESSIONS / 3);
      expect(report.sessions).toMatchObject({ lost: 0, held: connected, resumed: connected });
      expect((await log).split("\n").filter((line) => / drain (started|finished)/.test(line))).toHaveLength(
        2,
      );
    },
    TIMEOUT_MS,
  );

  test(
    "a killed database keeps its rows, and the game recovers by itself",
    async () => {
      const psql = (statement: string) =>
        inNamespace(
          ...[
            "exec",
            "postgres-0",
            "--",
            "psql",
            "-h",
            "/var/run/postgresql",
            "-U",
            "postgres",
            "-d",
            "spacetime",
          ],
          ...["--tuples-only", "--no-align", "-c", statement],
        );
      await psql("CREATE TABLE kept AS SELECT 42 AS answer");
      await inNamespace("delete", "pod", "postgres-0", "--grace-period=0", "--force");
      await inNamespace("wait", "--for=condition=Ready", "pod/postgres-0", "--timeout=300s");
      expect((await psql("SELECT answer FROM kept")).trim()).toBe("42");
      await inNamespace(
        "wait",
        "--for=condition=Ready",
        "pod",
        "-l",
        "app.kubernetes.io/name=game-server",
        "--timeout=120s",
      );
      expect(await probe("verify", ...withSecrets())).toMatchObject({ exitCode: 0 });
    },
    TIMEOUT_MS,
  );

  test(
    "deleting the manifests leaves no object and no volume",
    async () => {
      await cluster.kubectl(["delete", "--kustomize", manifests.directory, "--timeout=300s"]);
      await expectEventually(() => names(cluster.kubectl(["get", "persistentvolumes", "-o", "name"])), []);
      const namespaces = await names(cluster.kubectl(["get", "namespaces", "-o", "name"]));
      expect(namespaces.filter((name) => name.includes("/spacetime"))).toEqual([]);
      expect(readdirSync(join(cluster.directory ?? "", "volumes"))).toEqual([]);
    },
    TIMEOUT_MS,
  );

  test(
    "a cluster whose supervisor is killed leaves no process, no interface, no control group and no file",
    async () => {
      const directory = cluster.directory ?? "";
      const ended = cluster.ended().catch((error: Error) => error);
      process.kill(cluster.pids[0] ?? 0, "SIGKILL");
      expect(await ended).toEqual(expect.objectContaining({ message: expect.stringContaining("SIGKILL") }));
      await expectEventually(() => findProcesses(directory), []);
      const id = directory.slice(-10);
      expect(readdirSync("/sys/class/net").filter((name) => name.includes(id))).toEqual([]);
      expect(readdirSync("/sys/fs/cgroup/cpu").filter((name) => name.includes(id))).toEqual([]);
      expect(existsSync(directory)).toBe(false);
    },
    TIMEOUT_MS,
  );
}

interface Pod {
  readonly metadata: { readonly labels: Readonly<Record<string, string>> };
  readonly status: {
    readonly phase: string;
    readonly conditions?: readonly { readonly type: string; readonly status: string }[];
  };
}

interface LoadReport {
  readonly sessions: {
    readonly connected: number;
    readonly held: number;
    readonly resumed: number;
    readonly lost: number;
  };
}

/** Two cores for everything, and an image that this machine has. */
function adaptToMachine(values: Draft, image: string, port: number): void {
  const { gameServer, gateway, database, redis, monitoring } = values;
  // The images of this machine have no pgBackRest yet; test/e2e/backup/in-cluster.test.ts runs the same scripts.
  delete values.backup;
  gameServer.image = image;
  gameServer.pools[0].resources.cpu = "350m";
  gameServer.variables = { GODOT_TELEMETRY_MAX_CLIENTS: SESSIONS, GODOT_MAX_PLAYERS: 2 * SESSIONS };
  gateway.exposure.port = port;
  database.resources.cpu = "150m";
  redis.resources.cpu = "50m";
  monitoring.prometheus.resources.cpu = "100m";
}

async function names(output: Promise<string>): Promise<string[]> {
  return (await output).split("\n").filter((line) => line !== "");
}

/** Asks until the answer is the expected one, and fails with the last answer. */
async function expectEventually(ask: () => Promise<unknown>, expected: unknown): Promise<void> {
  const deadline = Date.now() + 5 * 60_000;
  for (;;) {
    const answer = await ask();
    if (JSON.stringify(answer) === JSON.stringify(expected)) return;
    if (Date.now() > deadline) return expect(answer).toEqual(expected);
    await sleep(1_000);
  }
}
