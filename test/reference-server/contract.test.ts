import { readFileSync } from "node:fs";
import { expect, test } from "@jest/globals";
import { Ajv2020 } from "ajv/dist/2020.js";
import { OpenAPIBackend } from "openapi-backend";
import { parse } from "yaml";
import { METRICS } from "../../reference-server/contract/metrics.ts";
import { DatagramCodec } from "../../reference-server/mesh/datagram-codec.ts";
import { ROUTES } from "../../reference-server/server.ts";
import { connectTelemetry } from "./support/telemetry-socket.ts";
import {
  API_TOKEN,
  type CallOptions,
  issueToken,
  SCRAPE_TOKEN,
  startTestServer,
  type TestServer,
} from "./support/test-server.ts";

const CONTRACT = "reference-server/contract";

interface Operation {
  readonly operationId: string;
  readonly "x-access": string;
  readonly "x-rate-limit": string;
}

const definition = parse(readFileSync(`${CONTRACT}/openapi.yaml`, "utf8"));
const operations = Object.entries<Record<string, Operation>>(definition.paths).flatMap(([path, methods]) =>
  Object.entries(methods)
    .filter(([method]) => method !== "parameters")
    .map(([method, operation]) => ({ method: method.toUpperCase(), path, ...operation })),
);

async function createValidator(): Promise<OpenAPIBackend> {
  const api = new OpenAPIBackend({
    definition,
    strict: true,
    customizeAjv: (ajv) => {
      ajv.addFormat("date-time", (text) => !Number.isNaN(Date.parse(text)));
      ajv.addFormat("uri", (text) => URL.canParse(text));
      return ajv;
    },
  });
  await api.init();
  return api;
}

test("the server and the OpenAPI document have the same operations", () => {
  const served = ROUTES.map((route) => ({
    operation: `${route.method} ${route.path}`,
    limit: route.class,
    access: typeof route.access === "function" ? "operator" : route.access,
  }));
  const described = operations.map((operation) => ({
    operation: `${operation.method} ${operation.path}`,
    limit: operation["x-rate-limit"],
    access: operation["x-access"],
  }));
  const byName = (a: { operation: string }, b: { operation: string }) =>
    a.operation.localeCompare(b.operation);
  expect(served.sort(byName)).toEqual(described.sort(byName));
});

/** The requests of the test, so that every operation returns each documented success and error at least once. */
function createRequestSequence(player: string): readonly (readonly [string, string, CallOptions, number])[] {
  const admin = { token: API_TOKEN };
  const object = { kind: "prop", position: [1, 2, 3], data: { colour: "red" } };
  return [
    ["GET", "/health", {}, 200],
    ["GET", "/ready", {}, 200],
    ["GET", "/status", {}, 200],
    ["GET", "/status", admin, 200],
    ["GET", "/performance", admin, 200],
    ["GET", "/performance", {}, 401],
    ["GET", "/performance", { token: "wrong" }, 401],
    ["GET", "/metrics", { token: SCRAPE_TOKEN }, 200],
    ["GET", "/drain", admin, 200],
    ["POST", "/auth/token", { ...admin, body: { subject: "p2", role: "player" } }, 200],
    ["POST", "/auth/token", { ...admin, body: { subject: "p2", role: "emperor" } }, 400],
    ["POST", "/auth/refresh", { body: { refresh_token: "wrong" } }, 401],
    ["GET", "/scene", admin, 200],
    ["POST", "/scene", { ...admin, body: { scene: "res://vr_main.tscn" } }, 200],
    ["POST", "/scene", { ...admin, body: { scene: "res://tests/t.tscn" } }, 403],
    ["POST", "/scene", { token: player, body: { scene: "res://vr_main.tscn" } }, 403],
    ["POST", "/scene", { ...admin, raw: "{" }, 400],
    ["POST", "/players", { token: player, body: { name: "Ann", data: { level: 3 } } }, 201],
    ["POST", "/players", { ...admin, raw: "x".repeat(2000) }, 413],
    ["POST", "/players/resume", { body: { hand_over_token: "wrong" } }, 401],
    ["GET", "/players", admin, 200],
    ["GET", "/players/ann", { token: player }, 200],
    ["GET", "/players/nobody", admin, 404],
    ["PATCH", "/players/ann", { token: player, body: { name: "Anna" } }, 200],
    ["DELETE", "/players/ann/session", { token: player }, 204],
    ["GET", "/players/ann", { token: player }, 200],
    ["DELETE", "/players/ann", admin, 204],
    ["PUT", "/world/objects/lamp", { ...admin, body: object }, 201],
    ["PUT", "/world/objects/lamp", { ...admin, body: object }, 200],
    ["PUT", "/world/objects/lamp", { ...admin, body: { ...object, kind: "nothing" } }, 422],
    ["GET", "/world/objects/lamp", admin, 200],
    ["GET", "/world", admin, 200],
    ["DELETE", "/world/objects/lamp", admin, 204],
    ["POST", "/webhooks", { ...admin, body: { url: "http://127.0.0.1:9/", events: ["drain.started"] } }, 201],
    ["GET", "/webhooks", admin, 200],
    ["DELETE", "/webhooks/unknown", admin, 404],
    ["POST", "/jobs", { ...admin, body: { kind: "save-world" } }, 202],
    ["GET", "/jobs/unknown", admin, 404],
    [
      "POST",
      "/batch",
      { ...admin, body: { operations: [{ kind: "save-world" }, { kind: "snapshot" }] } },
      202,
    ],
    ["GET", "/phase4", admin, 200],
    ["POST", "/drain?wait=true", admin, 200],
    ["POST", "/drain", admin, 202],
    ["POST", "/players", { ...admin, body: { name: "late" } }, 503],
    ["GET", "/ready", {}, 503],
  ];
}

const ALL_FEATURES = {
  GODOT_FEATURE_WEBHOOK_ROUTER: "true",
  GODOT_FEATURE_JOB_ROUTER: "true",
  GODOT_FEATURE_BATCH_OPERATIONS_ROUTER: "true",
  GODOT_FEATURE_PHASE_4: "true",
  GODOT_HTTP_MAX_BODY_BYTES: "1024",
  GODOT_DEVELOPMENT_MODE: "false",
};

test("every response conforms to the OpenAPI document", async () => {
  const api = await createValidator();
  const server = await startTestServer(ALL_FEATURES);
  const player = await issueToken(server, "ann", "player");
  const wrong: string[] = [];
  const answered = new Set<string>();
  for (const [method, path, options, status] of createRequestSequence(player)) {
    const reply = await server.call(path, { ...options, method });
    const operation = api.matchOperation({ method, path: path.split("?")[0] ?? "", headers: {} });
    // Responses without a body, and /metrics, have no schema.
    const checked =
      reply.json === undefined
        ? { valid: true, errors: null }
        : api.validateResponse(reply.json, operation?.operationId ?? "", reply.status);
    const declared = operations.find(({ operationId }) => operationId === operation?.operationId);
    const known = declared !== undefined && JSON.stringify(declared).includes(`"${reply.status}"`);
    if (reply.status < 300) answered.add(operation?.operationId ?? "");
    if (reply.status !== status || !known || checked.valid !== true) {
      wrong.push(`${method} ${path}: ${reply.status} ${reply.text} ${JSON.stringify(checked.errors)}`);
    }
  }
  expect(wrong).toEqual([]);
  const unanswered = operations.map(({ operationId }) => operationId).filter((id) => !answered.has(id));
  // These succeed only with an id or token from an earlier response; other tests cover them.
  expect(unanswered.sort()).toEqual(["job", "refreshToken", "removeWebhook", "resume"]);
});

async function scrapeMetrics(
  server: TestServer,
): Promise<ReadonlyMap<string, { type: string; help: string }>> {
  const { text } = await server.call("/metrics", { token: SCRAPE_TOKEN });
  const found = new Map<string, { type: string; help: string }>();
  for (const [, name = "", help = ""] of text.matchAll(/^# HELP (\S+) (.*)$/gm)) {
    const type = new RegExp(`^# TYPE ${name} (\\S+)$`, "m").exec(text)?.[1] ?? "";
    found.set(name, { type, help });
  }
  return found;
}

test("the server emits exactly the metrics of the contract", async () => {
  const server = await startTestServer();
  const listed = METRICS.map(({ name, type, meaning }) => [name, { type, help: meaning }]);
  expect(Object.fromEntries(await scrapeMetrics(server))).toEqual(Object.fromEntries(listed));
});

test("metric names follow the Prometheus naming conventions", () => {
  const wrong = METRICS.filter(({ name, type, unit }) => {
    const counted = type === "counter" ? name.endsWith("_total") : !name.endsWith("_total");
    const suffix = unit === "1" ? "" : `_${unit.replace("timestamp_", "")}`;
    return !counted || !name.replace(/_total$/, "").endsWith(suffix) || !/^spacetime_[a-z_]+$/.test(name);
  });
  expect(wrong.map(({ name }) => name)).toEqual([]);
});

test("every sample has the labels of the contract", async () => {
  const server = await startTestServer();
  await server.call("/nothing");
  await server.call("/performance");
  const { text } = await server.call("/metrics", { token: SCRAPE_TOKEN });
  const allowed = new Map<string, readonly string[]>(METRICS.map(({ name, labels }) => [name, labels]));
  const wrong = [...text.matchAll(/^(spacetime_[a-z_]+?)(?:_bucket|_sum|_count)?\{(.*)\} /gm)].filter(
    ([, name = "", labels = ""]) =>
      [...labels.matchAll(/(\w+)="/g)].some(
        ([, label = ""]) => label !== "le" && !allowed.get(name)?.includes(label),
      ),
  );
  expect(wrong.map(([line]) => line)).toEqual([]);
});

function compileSchemas(file: string) {
  const ajv = new Ajv2020({ strict: true });
  return ajv.compile(JSON.parse(readFileSync(`${CONTRACT}/${file}`, "utf8")));
}

test("every telemetry text message conforms to its schema", async () => {
  const server = await startTestServer();
  const client = await connectTelemetry(server, { query: "?format=json" });
  client.send({ type: "nonsense" });
  await client.message("frame");
  await client.message("error");
  void server.drain();
  await client.message("reconnect");
  client.socket.close();
  const fits = compileSchemas("telemetry.schema.json");
  expect(client.texts.filter((text) => !fits(text))).toEqual([]);
  expect(new Set(client.texts.map(({ type }) => type))).toEqual(
    new Set(["welcome", "frame", "error", "reconnect"]),
  );
});

test("the first line of a discovery datagram conforms to its schema", () => {
  const codec = new DatagramCodec("secret");
  const announcement = {
    v: 1 as const,
    kind: "announce" as const,
    server: "a",
    state: "ready" as const,
    environment: "local",
    scene: "res://vr_main.tscn",
    http_port: 8080,
    telemetry_port: 8081,
    players: 0,
    max_players: 8,
    sent_ms: Date.now(),
  };
  const [text = ""] = codec.encode(announcement).toString("utf8").split("\n");
  const fits = compileSchemas("discovery.schema.json");
  expect([fits(JSON.parse(text)), codec.decode(codec.encode(announcement))]).toEqual([true, announcement]);
});
