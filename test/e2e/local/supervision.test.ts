import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import pg from "pg";
import { openSession } from "../../operations/local/support/player.ts";
import { createTestProject, type TestProject, up } from "../../operations/local/support/test-project.ts";
import { eventually } from "../../support/ports.ts";
import { describeWithTools } from "../../support/tools.ts";

describeWithTools(
  ["nginx", "initdb", "redis-server"],
  "a local deployment with nginx, Postgres and Redis",
  () => {
    let project: TestProject;

    beforeAll(async () => {
      project = await createTestProject();
      await up(project);
    }, 120_000);

    afterAll(() => project?.remove());

    const pidOf = async (name: RegExp): Promise<number> => {
      const { running } = await project.running();
      const found = running.processes.find((report) => name.test(report.name))?.pid;
      if (found === undefined) throw new Error(`${name} does not run.`);
      return found;
    };

    const players = async (): Promise<{ status: number; body: unknown }> => project.request("/players/ann");

    test("status reports the components, ports, processes and the last verification", async () => {
      const { running } = await project.running();
      expect(running).toMatchObject({
        gateway: "nginx",
        database: "own",
        redis: "own",
        notes: [],
        server: "reference",
      });
      expect(running.verification).toMatchObject({ score: "10/10", good: true });
      expect(running.processes.map(({ name }) => name).sort()).toEqual([
        "nginx",
        "postgres",
        "redis",
        "server-a",
      ]);
    });

    test("a server that crashes is restarted, and its players are kept and encrypted in the database", async () => {
      await addPlayer(project);
      const before = await pidOf(/^server/);
      process.kill(before, "SIGKILL");
      const after = await eventually("the restarted server", 30, async () => {
        const pid = await pidOf(/^server/);
        const ready = await project.request("/ready").catch(() => undefined);
        return pid !== before && ready?.status === 200 ? pid : undefined;
      });
      expect(after).not.toBe(before);
      expect(await players()).toMatchObject({
        status: 200,
        body: { player: { id: "ann", name: "Planted Name" } },
      });
      expect(await dump(project)).not.toContain("Planted Name");
    });

    test("the server reports Redis as degraded and continues while Redis does not respond", async () => {
      const redis = await pidOf(/^redis/);
      process.kill(redis, "SIGSTOP");
      try {
        const degraded = await eventually("a degraded server", 20, async () => {
          const { status, body } = await project.request("/ready");
          return JSON.stringify(body).includes('"redis":"degraded"') ? status : undefined;
        });
        expect(degraded).toBe(200);
        expect(await project.request("/status")).toMatchObject({
          status: 200,
          body: { shared_state: "unavailable" },
        });
      } finally {
        process.kill(redis, "SIGCONT");
      }
    });

    test("a renewed certificate is loaded by every process", async () => {
      const file = join(project.paths.tls, "tls.crt");
      const before = readFileSync(file, "utf8");
      rmSync(file);
      const { stdout, stderr, code } = await project.run("up");
      expect({ code, stdout, stderr }).toMatchObject({
        code: 0,
        stderr: "",
        stdout: expect.stringContaining("loading the renewed certificate"),
      });
      expect(readFileSync(file, "utf8")).not.toBe(before);
      expect(readFileSync(join(project.paths.postgres, "tls.crt"), "utf8")).toBe(readFileSync(file, "utf8"));
      expect(await players()).toMatchObject({ status: 200, body: { player: { name: "Planted Name" } } });
      await eventually("Redis is available again", 30, async () =>
        JSON.stringify((await project.request("/ready")).body).includes('"redis":"ok"') ? true : undefined,
      );
    });

    test("after SIGKILL of the supervisor, the next up ends its orphaned processes, keeps the players and verifies", async () => {
      const { supervisor, running } = await project.running();
      process.kill(supervisor.pid, "SIGKILL");
      await eventually("an orphaned deployment", 10, async () =>
        (await project.status()).state === "up" ? undefined : true,
      );
      const { stdout } = await up(project);
      expect(stdout).toContain("the previous supervisor was killed");
      expect(stdout).toContain("verified 10/10");
      const now = await project.running();
      const old = new Set(running.processes.map(({ pid }) => pid));
      expect(now.running.processes.filter(({ pid }) => old.has(pid))).toEqual([]);
      expect(await players()).toMatchObject({ status: 200, body: { player: { name: "Planted Name" } } });
    });
  },
);

/** Creates a player with a record, as an operator through the gateway. */
async function addPlayer(project: TestProject): Promise<void> {
  const token = readFileSync(join(project.paths.secrets, "api-token"), "utf8");
  const where = {
    url: `https://localhost:${project.port}`,
    ca: readFileSync(join(project.paths.tls, "ca.crt")),
    token,
  };
  await openSession(where, "ann", "Planted Name");
}

async function dump({ paths }: TestProject): Promise<string> {
  const ca = readFileSync(join(paths.tls, "ca.crt"), "utf8");
  const password = readFileSync(join(paths.secrets, "postgres-app-password"), "utf8");
  const options = readFileSync(join(paths.postgres, "data", "postmaster.pid"), "utf8").split("\n");
  const client = new pg.Client({
    host: "127.0.0.1",
    port: Number(options[3]),
    user: "spacetime_app",
    database: "spacetime",
    password,
    ssl: { ca },
  });
  await client.connect();
  try {
    const { rows } = await client.query("SELECT id, encode(record, 'escape') AS record FROM players");
    expect(rows.length).toBeGreaterThan(0);
    return JSON.stringify(rows);
  } finally {
    await client.end();
  }
}
