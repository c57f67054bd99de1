import { createSocket } from "node:dgram";
import { connect as connectTcp } from "node:net";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import fc from "fast-check";
import { FieldEncryption } from "../../reference-server/data/field-encryption.ts";
import { type Announcement, DatagramCodec } from "../../reference-server/mesh/datagram-codec.ts";
import { redactFields } from "../../reference-server/observability/redaction.ts";
import { type RunningServer, startServer } from "../../reference-server/server.ts";
import { parseClientMessage } from "../../reference-server/telemetry/client-messages.ts";
import { decodeBinary, encodeBinary } from "../../reference-server/telemetry/telemetry-frame.ts";
import { eventually } from "../support/ports.ts";
import { connectTelemetry } from "./support/telemetry-socket.ts";
import { API_TOKEN, createTestEnv, type Env, SIGNING_KEY, sendRequest } from "./support/test-server.ts";

let env: Env;
let server: RunningServer;
const lines: string[] = [];

beforeAll(async () => {
  env = await createTestEnv({
    GODOT_RATE_LIMIT_ENABLED: "false",
    GODOT_IDS_ENABLED: "false",
    GODOT_FEATURE_WEBHOOK_ROUTER: "true",
    GODOT_FEATURE_JOB_ROUTER: "true",
    GODOT_LOG_LEVEL: "info",
  });
  server = await startServer(env, { write: (line) => lines.push(line) });
});
afterAll(() => server.stop());

const sendTestRequest = (path: string, options = {}) =>
  sendRequest(server.httpUrl ?? "", path, { token: API_TOKEN, ...options });

const ROUTES = [
  ["POST", "/scene"],
  ["POST", "/players"],
  ["POST", "/players/resume"],
  ["PATCH", "/players/ann"],
  ["PUT", "/world/objects/lamp"],
  ["POST", "/auth/token"],
  ["POST", "/auth/refresh"],
  ["POST", "/webhooks"],
  ["POST", "/jobs"],
] as const;

const body = fc.oneof(
  fc.string({ maxLength: 200 }),
  fc.json({ maxDepth: 4 }),
  fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
  fc
    .record({ name: fc.anything(), data: fc.object(), scene: fc.string(), kind: fc.string() })
    .map((value) => {
      try {
        return JSON.stringify(value);
      } catch {
        return "{}";
      }
    }),
);

test("an arbitrary request body never causes a 500", async () => {
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...ROUTES), body, async ([method, path], raw) => {
      const reply = await sendTestRequest(path, { method, raw });
      expect(reply.status).toBeLessThan(500);
      if (reply.status >= 400) expect(typeof reply.json.error).toBe("string");
    }),
    { numRuns: 300 },
  );
});

test.each([
  ["nested arrays", `${"[".repeat(5000)}${"]".repeat(5000)}`],
  ["nested objects", `${'{"a":'.repeat(2000)}1${"}".repeat(2000)}`],
  ["nested game data", `{"name":"ann","data":{"a":${"[".repeat(3000)}${"]".repeat(3000)}}}`],
  ["text that is not UTF-8", Buffer.from('{"name":"\xff\xfe"}', "latin1")],
  ["an overlong encoding", Buffer.from('{"name":"\xc0\xaf"}', "latin1")],
  ["a NUL character", '{"name":"a\\u0000b"}'],
  ["the key __proto__", '{"name":"ann","data":{"__proto__":1}}'],
  ["an unpaired surrogate", '{"name":"a\\ud800"}'],
])("a body with %s is rejected with 400 on every route", async (_, raw) => {
  for (const [method, path] of ROUTES) {
    const reply = await sendTestRequest(path, { method, raw });
    expect([path, reply.status, reply.json.error]).toEqual([path, 400, "invalid_json"]);
  }
});

test("whatever a player stores is read back unchanged, or rejected when it is sent", async () => {
  const data = fc.dictionary(fc.string({ unit: "binary", maxLength: 10 }), fc.jsonValue({ maxDepth: 6 }), {
    maxKeys: 4,
  });
  await fc.assert(
    fc.asyncProperty(
      fc.string({ unit: "binary", minLength: 1, maxLength: 20 }),
      data,
      async (name, given) => {
        const created = await sendTestRequest("/players", { method: "POST", body: { name, data: given } });
        if (created.status === 400) return;
        expect(created.status).toBe(201);
        const id = created.json.player.id as string;
        const { json } = await sendTestRequest(`/players/${id}`);
        expect([json.player.name, json.player.data]).toEqual([name, JSON.parse(JSON.stringify(given))]);
        await sendTestRequest(`/players/${id}`, { method: "DELETE" });
      },
    ),
    { numRuns: 100 },
  );
});

test("an arbitrary path never causes a 500", async () => {
  const path = fc.string({ maxLength: 60 }).map((text) => `/${encodeURI(text.toWellFormed())}`);
  await fc.assert(
    fc.asyncProperty(path, async (given) => {
      expect((await sendTestRequest(given)).status).toBeLessThan(500);
    }),
    { numRuns: 100 },
  );
});

test("invalid HTTP closes only its own connection", async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 300 }), async (bytes) => {
      const socket = connectTcp(Number(env.GODOT_HTTP_PORT), "127.0.0.1");
      const closed = new Promise((resolve) => socket.on("close", resolve));
      socket.on("error", () => undefined).resume();
      socket.end(bytes);
      await closed;
    }),
    { numRuns: 50 },
  );
  expect((await sendTestRequest("/health")).status).toBe(200);
});

test("an arbitrary telemetry message does not interrupt the stream of other clients", async () => {
  const target = { ...server, env, lines, call: sendTestRequest };
  const other = await connectTelemetry(target);
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.oneof(fc.string(), fc.json(), fc.uint8Array()), { maxLength: 15 }),
      async (messages) => {
        const client = await connectTelemetry(target);
        for (const message of messages) client.socket.send(message);
        client.socket.close();
        await client.closed;
      },
    ),
    { numRuns: 40 },
  );
  const before = other.texts.length;
  await eventually("another frame", 2, () => (other.texts.length > before ? true : undefined));
  other.socket.terminate();
});

test("a parsed client message contains only numbers that fit a frame; anything else returns a problem", () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
      const read = parseClientMessage(text);
      expect("message" in read || read.problem.length > 5).toBe(true);
    }),
  );
});

test("only an authenticated server becomes a peer, for arbitrary UDP datagrams", async () => {
  const socket = createSocket("udp4");
  const port = Number(env.GODOT_DISCOVERY_PORT);
  const send = (datagram: Uint8Array) =>
    new Promise<void>((resolve) => socket.send(datagram, port, "127.0.0.1", () => resolve()));
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(
        fc.uint8Array({ maxLength: 1500 }),
        fc.string().map((text) => Buffer.from(text)),
      ),
      send,
    ),
    { numRuns: 200 },
  );
  await send(new DatagramCodec("another-deployment").encode(createAnnouncement("stranger")));
  await send(
    new DatagramCodec(SIGNING_KEY).encode({ ...createAnnouncement("late"), sent_ms: Date.now() - 60_000 }),
  );
  expect((await sendTestRequest("/status")).json.mesh.peers).toBe(0);
  await send(new DatagramCodec(SIGNING_KEY).encode(createAnnouncement("friend")));
  await eventually("a peer", 2, async () =>
    (await sendTestRequest("/status")).json.mesh.peers === 1 ? true : undefined,
  );
  await send(new DatagramCodec(SIGNING_KEY).encode({ ...createAnnouncement("friend"), kind: "leave" }));
  await eventually("no peer", 2, async () =>
    (await sendTestRequest("/status")).json.mesh.peers === 0 ? true : undefined,
  );
  socket.close();
});

function createAnnouncement(name: string): Announcement {
  return {
    v: 1,
    kind: "announce",
    server: name,
    state: "ready",
    environment: "local",
    scene: "res://vr_main.tscn",
    http_port: 1,
    telemetry_port: 2,
    players: 0,
    max_players: 1,
    sent_ms: Date.now(),
  };
}

test("no request of the fuzz tests failed on the server", () => {
  expect(lines.filter((line) => line.includes("request failed"))).toEqual([]);
});

test("a binary frame survives encoding and decoding", () => {
  const float = fc.float({ noNaN: true, noDefaultInfinity: true });
  const pose = fc.record({
    id: fc.stringMatching(/^[A-Za-z0-9._:-]{1,64}$/),
    position: fc.tuple(float, float, float),
    rotation: fc.tuple(float, float, float, float),
  });
  const frame = fc.record({
    frame: fc.nat(),
    time_ms: fc.double({ noNaN: true }),
    fps: float,
    frame_time_ms: float,
    players: fc.array(pose, { maxLength: 20 }),
  });
  fc.assert(fc.property(frame, (given) => expect(decodeBinary(encodeBinary(given))).toEqual(given)));
});

test("an encrypted record decrypts only with its own id and key", () => {
  const one = new FieldEncryption("a".repeat(32), "player");
  const other = new FieldEncryption("b".repeat(32), "player");
  fc.assert(
    fc.property(fc.string(), fc.jsonValue(), fc.nat(), (id, record, at) => {
      const blob = one.encrypt(id, record);
      expect(one.decrypt(id, blob)).toEqual(JSON.parse(JSON.stringify(record)));
      expect(() => one.decrypt(`${id}x`, blob)).toThrow("cannot be decrypted");
      expect(() => other.decrypt(id, blob)).toThrow("cannot be decrypted");
      const damaged = Buffer.from(blob);
      damaged[at % damaged.length] = (damaged[at % damaged.length] ?? 0) ^ 1;
      expect(() => one.decrypt(id, damaged)).toThrow("cannot be decrypted");
    }),
  );
});

test("redacted fields are removed at any depth", () => {
  fc.assert(
    fc.property(fc.constantFrom("token", "access_token", "PASSWORD", "api_key"), fc.nat(5), (name, depth) => {
      let fields: Record<string, unknown> = { [name]: "planted" };
      for (let level = 0; level < depth; level += 1) fields = { inner: fields };
      expect(JSON.stringify(redactFields(fields, ["token", "password", "key"]))).not.toContain("planted");
    }),
  );
});
