import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { eventually } from "../support/ports.ts";
import { describeWithTool } from "../support/tools.ts";
import { startRedis, type TestDatabase } from "./support/databases.ts";
import { API_TOKEN, type Env, issueToken, startTestServer, type TestServer } from "./support/test-server.ts";

const admin = { token: API_TOKEN };
/** 50 ms between announcements. */
const FAST = { intervalFactor: 0.01 };
const join = (server: TestServer, token: string, body: object = { name: "Ann" }) =>
  server.call("/players", { method: "POST", token, body });

describeWithTool("redis-server", "servers with Redis", (redisServer) => {
  let redis: TestDatabase;
  const server = (changes: Env = {}): Promise<TestServer> =>
    startTestServer({ ...redis.env, ...changes }, FAST);

  beforeAll(async () => {
    redis = await startRedis(redisServer);
  });
  afterAll(() => redis.stop());

  test("two servers discover each other, share their players and elect one leader", async () => {
    const [first, second] = [await server(), await server()];
    await join(first, await issueToken(first, "ann", "player"));
    await join(second, await issueToken(second, "bob", "player"), { name: "Bob" });
    const players = (where: TestServer) =>
      eventually("both players", 5, async () => {
        const { json } = await where.call("/players", admin);
        return json.players.length === 2
          ? json.players.map(({ id }: { id: string }) => id).sort()
          : undefined;
      });
    expect([await players(first), await players(second)]).toEqual([
      ["ann", "bob"],
      ["ann", "bob"],
    ]);
    const mesh = async (where: TestServer) =>
      eventually("a peer", 5, async () => {
        const { json } = await where.call("/status");
        return json.mesh.peers === 1 && json.mesh.members === 2 ? json.mesh : undefined;
      });
    const [one, two] = [await mesh(first), await mesh(second)];
    expect([one.leader, two.leader].sort()).toEqual([false, true]);
  });

  test("a world change on one server appears on the other", async () => {
    const [first, second] = [await server(), await server()];
    await eventually("a shared world", 5, async () => {
      const body = { kind: "prop", position: [0, 1, 0], data: {} };
      await first.call("/world/objects/lamp", { ...admin, method: "PUT", body });
      return (await second.call("/world/objects/lamp", admin)).status === 200 ? true : undefined;
    });
    await first.call("/world/objects/lamp", { ...admin, method: "DELETE" });
    await eventually("a removed object", 5, async () =>
      (await second.call("/world/objects/lamp", admin)).status === 404 ? true : undefined,
    );
  });

  test("rate limits are shared by all servers", async () => {
    const limit = { GODOT_RATE_LIMIT_STATUS_PER_MINUTE: "2", GODOT_REDIS_KEY_PREFIX: "limits:" };
    const [first, second] = [await server(limit), await server(limit)];
    const statuses = [];
    for (const one of [first, second, first, second]) statuses.push((await one.call("/status")).status);
    expect(statuses).toEqual([200, 200, 429, 429]);
  });

  test("a session of a crashed server is resumed on another server", async () => {
    const [first, second] = [await server(), await server()];
    const token = await issueToken(first, "carl", "player");
    const before = await join(first, token);
    await first.stop();
    const after = await join(second, token);
    expect([after.json.resumed, after.json.session.session]).toEqual([true, before.json.session.session]);
  });

  test("joining on another server ends the local session", async () => {
    const [first, second] = [await server(), await server()];
    const token = await issueToken(first, "dora", "player");
    await join(first, token);
    await join(second, token);
    await eventually("an empty first server", 5, async () =>
      (await first.call("/status")).json.players.present === 0 ? true : undefined,
    );
  });

  test("servers with different key prefixes share nothing", async () => {
    const [first, second] = [await server(), await server({ GODOT_REDIS_KEY_PREFIX: "other:" })];
    const token = await issueToken(first, "eve", "player");
    await join(first, token);
    await first.stop();
    expect((await join(second, token)).json.resumed).toBe(false);
  });

  test("a hanging Redis delays one command by the timeout, not every request", async () => {
    const running = await server({ GODOT_REDIS_COMMAND_TIMEOUT_MS: "100" });
    redis.process.kill("SIGSTOP");
    const begin = performance.now();
    for (let turn = 0; turn < 5; turn += 1) expect((await running.call("/health")).status).toBe(200);
    expect(performance.now() - begin).toBeLessThan(450);
    redis.process.kill("SIGCONT");
  });

  test("the server continues without Redis and shares state again after Redis returns", async () => {
    const running = await server();
    const denying = await server({ GODOT_RATE_LIMIT_FALLBACK: "deny" });
    await redis.stop();
    await eventually("word of it", 5, async () => {
      return (await running.call("/status")).json.shared_state === "unavailable" ? true : undefined;
    });
    const ready = await running.call("/ready");
    expect([ready.status, ready.json.checks.redis, ready.json.reasons.length]).toEqual([200, "degraded", 1]);
    expect((await join(running, await issueToken(running, "fay", "player"))).status).toBe(201);
    expect((await denying.call("/status")).status).toBe(429);
    redis = await startRedis(redisServer, redis.port);
    await eventually("sharing again", 5, async () => {
      return (await running.call("/ready")).json.checks.redis === "ok" ? true : undefined;
    });
  });
});
