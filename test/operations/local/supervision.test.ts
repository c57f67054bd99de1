import { execFileSync } from "node:child_process";
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import pg from "pg";
import { askServer } from "../../../operations/local/server-client.ts";
import { eventually } from "../../support/ports.ts";
import { describeWithTool } from "../../support/tools.ts";
import { makeProject, type TestProject, up } from "./support.ts";

describeWithTool("nginx", "with nginx in front", () => {
  describeWithTool("initdb", "and a Postgres", () => {
    describeWithTool("redis-server", "and a Redis of the deployment's own", () => {
      let project: TestProject;

      beforeAll(async () => {
        project = await makeProject();
        await up(project);
      }, 120_000);

      afterAll(() => project?.remove());

      const pidOf = async (name: RegExp): Promise<number> => {
        const { running } = await project.running();
        const found = running.processes.find((report) => name.test(report.name))?.pid;
        if (found === undefined) throw new Error(`${name} does not run.`);
        return found;
      };

      const players = async (): Promise<{ status: number; body: unknown }> => project.ask("/players/ann");

      test("what runs is told: parts, ports, processes, the last verification", async () => {
        const { running } = await project.running();
        expect(running).toMatchObject({
          front: "nginx",
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

      test("a server that crashes is started again, and its players are still there, unreadable in the database", async () => {
        const token = readFileSync(join(project.paths.secrets, "api-token"), "utf8");
        await addPlayer(project, token);
        const before = await pidOf(/^server/);
        process.kill(before, "SIGKILL");
        const after = await eventually("another server", 30, async () => {
          const pid = await pidOf(/^server/);
          const ready = await project.ask("/ready").catch(() => undefined);
          return pid !== before && ready?.status === 200 ? pid : undefined;
        });
        expect(after).not.toBe(before);
        expect(await players()).toMatchObject({
          status: 200,
          body: { player: { id: "ann", name: "Planted Name" } },
        });
        expect(await dump(project)).not.toContain("Planted Name");
      });

      test("while Redis gives no answer the server says so and goes on", async () => {
        const redis = await pidOf(/^redis/);
        process.kill(redis, "SIGSTOP");
        try {
          const degraded = await eventually("a degraded server", 20, async () => {
            const { status, body } = await project.ask("/ready");
            return JSON.stringify(body).includes('"redis":"degraded"') ? status : undefined;
          });
          expect(degraded).toBe(200);
          expect(await project.ask("/status")).toMatchObject({
            status: 200,
            body: { shared_state: "unavailable" },
          });
        } finally {
          process.kill(redis, "SIGCONT");
        }
      });

      test("a renewed certificate is taken up by everything that runs", async () => {
        const file = join(project.paths.tls, "tls.crt");
        const before = readFileSync(file, "utf8");
        rmSync(file);
        const { stdout, stderr, code } = await project.run("up", "--port", String(project.port));
        expect({ code, stdout, stderr }).toMatchObject({
          code: 0,
          stderr: "",
          stdout: expect.stringContaining("a renewed certificate is taken up"),
        });
        expect(readFileSync(file, "utf8")).not.toBe(before);
        expect(readFileSync(join(project.paths.postgres, "tls.crt"), "utf8")).toBe(
          readFileSync(file, "utf8"),
        );
        expect(await players()).toMatchObject({ status: 200, body: { player: { name: "Planted Name" } } });
        await eventually("Redis again", 30, async () =>
          JSON.stringify((await project.ask("/ready")).body).includes('"redis":"ok"') ? true : undefined,
        );
      });

      test("after kill -9 of the supervisor the next up ends what it left, loses no player, and verifies", async () => {
        const { supervisor, running } = await project.running();
        process.kill(supervisor.pid, "SIGKILL");
        await eventually("an orphaned deployment", 10, async () =>
          (await project.status()).state === "up" ? undefined : true,
        );
        const { stdout } = await up(project);
        expect(stdout).toContain("the supervisor before this one was killed");
        expect(stdout).toContain("verified 10/10");
        const now = await project.running();
        const old = new Set(running.processes.map(({ pid }) => pid));
        expect(now.running.processes.filter(({ pid }) => old.has(pid))).toEqual([]);
        expect(await players()).toMatchObject({ status: 200, body: { player: { name: "Planted Name" } } });
      });
    });
  });
});

/** A player with a record, made by an operator through the front. */
async function addPlayer(project: TestProject, token: string): Promise<void> {
  const { port } = project;
  const url = `https://127.0.0.1:${port}/players`;
  const body = JSON.stringify({ id: "ann", name: "Planted Name" });
  const ca = join(project.paths.tls, "ca.crt");
  const headers = ["-H", "Content-Type: application/json", "-H", "Host: localhost", "-H", "@-"];
  const status = execFileSync(
    "curl",
    ["-s", "-o", "/dev/null", "-w", "%{http_code}", "--cacert", ca, ...headers, "-d", body, url],
    {
      input: `Authorization: Bearer ${token}`,
      encoding: "utf8",
    },
  );
  expect(["200", "201"]).toContain(status);
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

describe("without any other part", () => {
  test("the server stands alone behind its own TLS, and says what that means", async () => {
    const project = await makeProject();
    try {
      const { stdout } = await up(project, "--without", "nginx,postgres,redis");
      expect(stdout).toContain("verified 10/10");
      const { running } = await project.running();
      expect(running).toMatchObject({ front: "none", database: "none", redis: "none" });
      expect(running.notes.join(" ")).toMatch(/players live in memory.*nothing is shared/);
      const authorityFile = join(project.paths.tls, "ca.crt");
      expect(await askServer({ port: project.port, authorityFile }, "/health")).toMatchObject({
        status: 200,
      });
    } finally {
      await project.remove();
    }
  });
});
