import { expect, test } from "@jest/globals";
import { decodeBinary } from "../../reference-server/telemetry/telemetry-frame.ts";
import { eventually } from "../support/ports.ts";
import { connectTelemetry } from "./support/telemetry-socket.ts";
import { API_TOKEN, issueToken, startTestServer, type TestServer } from "./support/test-server.ts";

const join = (server: TestServer, token: string, body: object = { name: "Ann" }) =>
  server.call("/players", { method: "POST", token, body });

const pose = { type: "pose", position: [1, 2, 3], rotation: [0, 0, 0, 1] };

test("every telemetry client receives the pose of a player, in both encodings", async () => {
  const server = await startTestServer();
  const token = await issueToken(server, "ann", "player");
  await join(server, token);
  const player = await connectTelemetry(server, { token, query: "?format=binary" });
  const watcher = await connectTelemetry(server, { query: "?format=json" });
  player.send(pose);
  const seen = await eventually("the pose in a frame", 3, () =>
    watcher.texts.find((text) => text.type === "frame" && JSON.stringify(text.players).includes("[1,2,3]")),
  );
  expect(seen.players).toEqual([{ id: "ann", position: [1, 2, 3], rotation: [0, 0, 0, 1] }]);
  const frame = await eventually("a binary frame with her", 3, () => {
    const last = player.binaries.at(-1);
    return last !== undefined && decodeBinary(last).players[0]?.position[0] === 1
      ? decodeBinary(last)
      : undefined;
  });
  expect(frame.players).toEqual(seen.players);
  player.socket.terminate();
  watcher.socket.terminate();
});

test("telemetry reaches the configured rate for each of several clients", async () => {
  const server = await startTestServer({ GODOT_TELEMETRY_RATE_HZ: "90" });
  const clients = await Promise.all([
    connectTelemetry(server),
    connectTelemetry(server),
    connectTelemetry(server),
  ]);
  // A busy machine delays whole intervals, so the rate is measured until one interval was quiet.
  await eventually("90 messages per second for each client", 60, async () => {
    const before = clients.map(({ texts }) => texts.length);
    const begin = performance.now();
    await new Promise((resolve) => setTimeout(resolve, 700));
    const seconds = (performance.now() - begin) / 1000;
    const rates = clients.map(({ texts }, index) => (texts.length - (before[index] ?? 0)) / seconds);
    return rates.every((rate) => Math.abs(rate - 90) < 9) || undefined;
  });
  for (const { socket } of clients) socket.terminate();
}, 90_000);

test("compression is negotiated with clients that offer it if it is enabled", async () => {
  const extensions = async (compression: string): Promise<string> => {
    const { socket } = await connectTelemetry(
      await startTestServer({ GODOT_TELEMETRY_COMPRESSION: compression }),
    );
    socket.terminate();
    return socket.extensions;
  };
  expect([await extensions("deflate"), await extensions("none")]).toEqual(["permessage-deflate", ""]);
});

test("the telemetry token is accepted in the header and the subprotocol, but not in the URL", async () => {
  const server = await startTestServer({ GODOT_TELEMETRY_AUTH_REQUIRED: "true" });
  const token = await issueToken(server, "ann", "player");
  const outcome = (given: Parameters<typeof connectTelemetry>[1]): Promise<string> =>
    connectTelemetry(server, given).then(
      ({ socket }) => {
        socket.terminate();
        return socket.protocol === "" ? "connected" : socket.protocol;
      },
      ({ message }) => message,
    );
  expect([
    await outcome({}),
    await outcome({ query: `?token=${token}` }),
    await outcome({ token }),
    await outcome({ protocols: ["spacetime.telemetry.v1", `bearer.${token}`] }),
  ]).toEqual(["refused with 401", "refused with 401", "connected", "spacetime.telemetry.v1"]);
});

test("a telemetry client beyond the limit is closed with 1013", async () => {
  const server = await startTestServer({ GODOT_TELEMETRY_MAX_CLIENTS: "1" });
  const first = await connectTelemetry(server);
  const second = await connectTelemetry(server);
  expect(await second.closed).toBe(1013);
  first.socket.terminate();
});

test("a full server rejects the next player with 503", async () => {
  const server = await startTestServer({ GODOT_MAX_PLAYERS: "1" });
  await join(server, await issueToken(server, "ann", "player"));
  const refused = await join(server, await issueToken(server, "bob", "player"));
  expect([refused.status, refused.json.error, refused.headers["retry-after"]]).toEqual([
    503,
    "server_full",
    "5",
  ]);
});

test("a drain hands a session over, and the player resumes at the same position", async () => {
  const [first, second] = [await startTestServer(), await startTestServer()];
  const token = await issueToken(first, "ann", "player");
  const joined = await join(first, token);
  const client = await connectTelemetry(first, { token });
  client.send(pose);
  await eventually("the pose", 3, async () => {
    const { json } = await first.call("/players/ann", { token });
    return json.session.position[0] === 1 ? true : undefined;
  });
  const drained = first.call("/drain?wait=true", { method: "POST", token: API_TOKEN });
  const { hand_over_token } = await client.message("reconnect");
  const next = await connectTelemetry(second, { token });
  next.send({ type: "resume", hand_over_token });
  const resumed = await next.message("resumed");
  client.socket.close();
  expect((await drained).json).toMatchObject({ state: "drained", sessions: 0, clients: 0, handed_over: 1 });
  expect(resumed.session).toBe(joined.json.session.session);
  expect((await second.call("/players/ann", { token })).json.session.position).toEqual([1, 2, 3]);
  next.send({ type: "resume", hand_over_token });
  expect((await next.message("error")).message).toContain("already been used");
  next.socket.terminate();
});

test("a draining server rejects new players and clients, passes health and fails readiness", async () => {
  const server = await startTestServer();
  const client = await connectTelemetry(server);
  void server.drain();
  const [health, ready, status] = [
    await server.call("/health"),
    await server.call("/ready"),
    await server.call("/status"),
  ];
  expect([health.status, ready.status, status.json.status]).toEqual([200, 503, "draining"]);
  await expect(connectTelemetry(server)).rejects.toThrow("503");
  client.socket.close();
});

test("clients that do not reconnect are closed at the drain timeout", async () => {
  const server = await startTestServer({ GODOT_DRAIN_TIMEOUT_SECONDS: "10" });
  const client = await connectTelemetry(server);
  const realNow = Date.now;
  const drained = server.drain();
  await client.message("reconnect");
  Date.now = () => realNow() + 11_000;
  await drained;
  Date.now = realNow;
  expect(await client.closed).toBe(1012);
});

test("an idle session is ended and can be resumed", async () => {
  const server = await startTestServer({ GODOT_PLAYER_IDLE_TIMEOUT_SECONDS: "10" }, { intervalFactor: 0.01 });
  const token = await issueToken(server, "ann", "player");
  const before = await join(server, token);
  const realNow = Date.now;
  Date.now = () => realNow() + 11_000;
  await eventually("an empty server", 3, async () => {
    return (await server.call("/status")).json.players.present === 0 ? true : undefined;
  }).finally(() => {
    Date.now = realNow;
  });
  const after = await join(server, token);
  expect([after.json.resumed, after.json.session.session]).toEqual([true, before.json.session.session]);
});

test("a stalled main loop fails health", async () => {
  const server = await startTestServer({ GODOT_HEALTH_STALL_SECONDS: "1" });
  server.stall();
  const stalled = await eventually("a failing health check", 3, async () => {
    const reply = await server.call("/health");
    return reply.status === 503 ? reply : undefined;
  });
  expect(stalled.json).toEqual({ status: "stalled" });
});
