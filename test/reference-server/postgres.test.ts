import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { eventually } from "../support/ports.ts";
import { describeWithTool } from "../support/tools.ts";
import { startPostgres } from "./support/databases.ts";
import { API_TOKEN, type Env, startTestServer, type TestServer } from "./support/test-server.ts";

const admin = { token: API_TOKEN };
const join = (server: TestServer, id: string, data: object = {}) =>
  server.call("/players", { ...admin, method: "POST", body: { id, name: `Planted ${id}`, data } });
const put = (server: TestServer, id: string) =>
  server.call(`/world/objects/${id}`, {
    ...admin,
    method: "PUT",
    body: { kind: "prop", position: [1, 2, 3], data: { note: "planted note" } },
  });

describeWithTool("initdb", "a server with Postgres", (initdb) => {
  let postgres: Awaited<ReturnType<typeof startPostgres>>;
  const server = (changes: Env = {}): Promise<TestServer> => startTestServer({ ...postgres.env, ...changes });

  beforeAll(async () => {
    postgres = await startPostgres(initdb);
  }, 60_000);
  afterAll(() => postgres.stop());

  test("players and the world survive a restart and are encrypted in the database", async () => {
    const first = await server();
    await join(first, "ann", { level: 7 });
    await put(first, "lamp");
    await first.stop();
    const rows = postgres.dump();
    expect([
      rows.length > 100,
      rows.includes("Planted"),
      rows.includes("planted"),
      rows.includes("level"),
    ]).toEqual([true, false, false, false]);
    const second = await server();
    const player = await second.call("/players/ann", admin);
    const object = await second.call("/world/objects/lamp", admin);
    expect(player.json.player).toMatchObject({ name: "Planted ann", data: { level: 7 } });
    expect(object.json).toMatchObject({ position: [1, 2, 3], data: { note: "planted note" } });
    expect((await second.call("/status")).json.persistence).toEqual({ kind: "postgres", state: "ok" });
  });

  test.each(["GODOT_PLAYER_DATA_KEY", "GODOT_WORLD_DATA_KEY"])(
    "a server with another %s does not become ready",
    async (name) => {
      await server();
      const other = await server({ [name]: "another-key-0123456789abcdef0123456789abcdef" });
      const ready = await other.call("/ready");
      expect([ready.status, ready.json.checks.database]).toEqual([503, "failed"]);
      expect(other.lines.join("\n")).toContain(`${name} is not the key`);
      expect((await join(other, "eve")).status).toBe(503);
    },
  );

  test("a deleted object stays deleted after a restart", async () => {
    const first = await server();
    await put(first, "gone");
    await first.call("/world/objects/gone", { ...admin, method: "DELETE" });
    await first.stop();
    const second = await server();
    expect((await second.call("/world/objects/gone", admin)).status).toBe(404);
  });

  test("deleting a player deletes its row", async () => {
    const running = await server();
    await join(running, "leaver");
    const before = postgres.dump().length;
    await running.call("/players/leaver", { ...admin, method: "DELETE" });
    expect(postgres.dump().length).toBeLessThan(before);
  });

  test("world snapshots are kept up to the configured count", async () => {
    const running = await server({
      GODOT_BACKUP_SNAPSHOTS_ENABLED: "true",
      GODOT_BACKUP_SNAPSHOT_COUNT: "2",
      GODOT_FEATURE_JOB_ROUTER: "true",
    });
    for (let turn = 0; turn < 3; turn += 1) {
      const { json } = await running.call("/jobs", { ...admin, method: "POST", body: { kind: "snapshot" } });
      await eventually("a finished job", 5, async () => {
        const job = await running.call(`/jobs/${json.id}`, admin);
        return job.json.state === "done" ? true : undefined;
      });
    }
    expect((await running.call("/world", admin)).json.snapshots).toHaveLength(2);
  });

  test("with migrations disabled, an empty database fails readiness with a reason", async () => {
    const running = await server({
      GODOT_DATABASE_NAME: "postgres",
      GODOT_DATABASE_MIGRATE_ON_START: "false",
    });
    expect((await running.call("/ready")).status).toBe(503);
    expect(running.lines.join("\n")).toContain("GODOT_DATABASE_MIGRATE_ON_START is false");
  });

  test("a database certificate from an unknown CA is rejected, except with the TLS mode `require`", async () => {
    const outcome = async (mode: string): Promise<number> => {
      const other: Env = {
        GODOT_DATABASE_CA_PATH: `${process.cwd()}/LICENSE`,
        GODOT_DATABASE_TLS_MODE: mode,
      };
      return (await (await server(other)).call("/ready")).status;
    };
    expect([await outcome("verify-full"), await outcome("verify-ca"), await outcome("require")]).toEqual([
      503, 503, 200,
    ]);
  });

  // Last, because it stops the database.
  test("an unavailable database fails readiness but not health, and players get 503", async () => {
    const running = await server({ GODOT_READY_TIMEOUT_MS: "500" });
    await postgres.stop();
    const [health, ready, joined] = [
      await running.call("/health"),
      await running.call("/ready"),
      await join(running, "late"),
    ];
    expect([health.status, ready.status, joined.status]).toEqual([200, 503, 503]);
    expect(joined.json.error).toBe("database_unavailable");
    expect((await running.call("/status")).json.persistence.state).toBe("unavailable");
  });
});
