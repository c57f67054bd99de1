import { connect as connectTcp } from "node:net";
import { connectTelemetry } from "./telemetry-socket.ts";
import {
  API_TOKEN,
  type Env,
  issueToken,
  type Reply,
  SCRAPE_TOKEN,
  sendRequest,
  type TestServer,
} from "./test-server.ts";

/** The observable effect of a variable: a change, and a probe whose result differs with it. `base` applies to both runs. */
interface VariableCase {
  readonly change: string;
  readonly base?: Env;
  readonly check: (server: TestServer) => Promise<unknown>;
}

const admin = { token: API_TOKEN };
const OTHER_KEY = "other-key-0123456789abcdef0123456789abcdef012";

type Check = VariableCase["check"];

const checkStatus =
  (pick: (json: Reply["json"]) => unknown): Check =>
  async (server) =>
    pick((await server.call("/status")).json);

const checkStatusCode =
  (path: string, options: Parameters<TestServer["call"]>[1] = {}): Check =>
  async (server) =>
    (await server.call(path, options)).status;

const repeatRequest =
  (path: string, times: number, options: Parameters<TestServer["call"]>[1] = {}): Check =>
  async (server) => {
    const statuses = [];
    for (let turn = 0; turn < times; turn += 1) statuses.push((await server.call(path, options)).status);
    return statuses;
  };

const checkPerformance =
  (field: string): Check =>
  async (server) =>
    (await server.call("/performance", admin)).json[field];

const issueAndDecodeToken: Check = async (server) => {
  const body = { subject: "ann", role: "player" };
  const { json } = await server.call("/auth/token", { ...admin, method: "POST", body });
  const [head = "", claims = ""] = json.access_token.split(".");
  const read = (part: string) => JSON.parse(Buffer.from(part, "base64url").toString("utf8"));
  const { iss, aud } = read(claims);
  return { alg: read(head).alg, iss, aud, expires: json.expires_in, refresh: json.refresh_expires_in };
};

const isPortOpen =
  (variable: string): Check =>
  (server) =>
    new Promise((resolve) => {
      const socket = connectTcp(Number(server.env[variable]), "127.0.0.1");
      socket.on("connect", () => socket.destroy()).on("close", (failed) => resolve(!failed));
      socket.on("error", () => undefined);
    });

const loadScene =
  (scene: string): Check =>
  async (server) => {
    const reply = await server.call("/scene", { ...admin, method: "POST", body: { scene } });
    return [reply.status, reply.json.loaded, reply.json.message];
  };

const checkLogLines =
  (ask: Check, pick: (line: string) => boolean): Check =>
  async (server) => {
    await ask(server);
    return server.lines.filter(pick).map((line) => line.replace(/\d{4}-\d\d-.*?Z|[0-9a-f-]{36}/g, ""));
  };

const isAuditLine = (line: string): boolean => line.includes('"log":"audit"');
const refreshToken: Check = async (server) => {
  const pair = await server.call("/auth/token", {
    ...admin,
    method: "POST",
    body: { subject: "a", role: "player" },
  });
  const { refresh_token } = pair.json;
  return (await server.call("/auth/refresh", { method: "POST", body: { refresh_token } })).status;
};

const readWelcomeMessage: Check = async (server) => {
  const client = await connectTelemetry(server);
  const { format, rate_hz } = await client.message("welcome");
  client.socket.terminate();
  return [format, rate_hz, client.socket.extensions];
};

const joinPlayer = (id: string): Check =>
  checkStatusCode("/players", { ...admin, method: "POST", body: { id, name: "Ann" } });
const checkInOrder =
  (...asks: readonly Check[]): Check =>
  async (server) => {
    const answers = [];
    for (const ask of asks) answers.push(await ask(server));
    return answers;
  };

const unknownAsset = { ...admin, method: "PUT", body: { kind: "nothing", position: [0, 0, 0], data: {} } };
const requestWithRole =
  (name: string, path: string, body: object): Check =>
  async (server) =>
    (await server.call(path, { method: "POST", token: await issueToken(server, "ann", name), body })).status;

/** The effect of each variable that needs neither a database, Redis nor much time. */
export const VARIABLE_CASES: Readonly<Record<string, VariableCase>> = {
  GODOT_ENABLE_HTTP_API: { change: "false", check: async (server) => server.httpUrl === undefined },
  GODOT_PUBLIC_HOST: {
    change: "play.example.org",
    check: checkStatusCode("/status", { headers: { Host: "play.example.org" } }),
  },
  GODOT_HTTP_MAX_BODY_BYTES: {
    change: "1024",
    check: checkStatusCode("/scene", { ...admin, method: "POST", raw: " ".repeat(2000) }),
  },
  GODOT_HTTP_MAX_CONNECTIONS: { change: "1", check: (server) => exceedConnections(server) },
  GODOT_HTTP_CORS_ORIGINS: {
    change: "*",
    check: async (server) => {
      const { headers } = await server.call("/status", { headers: { Origin: "https://a.example" } });
      return headers["access-control-allow-origin"];
    },
  },
  GODOT_HTTP_TRUSTED_PROXIES: {
    change: "10.0.0.0/8",
    check: checkLogLines(
      checkStatusCode("/health", { headers: { "X-Forwarded-For": "203.0.113.7" } }),
      (line) => line.includes("203.0"),
    ),
  },
  GODOT_ENV: { change: "production", check: checkStatus((json) => json.environment) },
  GODOT_AUTOLOADS: { change: "CacheManager,NothingManager", check: checkStatusCode("/ready") },
  GODOT_MAX_PLAYERS: { change: "1", check: checkInOrder(joinPlayer("ann"), joinPlayer("bob")) },
  GODOT_DEBUG_MODE: { change: "false", check: checkStatus((json) => json.scene_tree !== undefined) },
  GODOT_DEVELOPMENT_MODE: { change: "false", check: checkStatusCode("/world/objects/x", unknownAsset) },
  GODOT_DEBUG_ADAPTERS_ENABLED: { change: "false", check: isPortOpen("GODOT_DAP_PORT") },
  GODOT_API_TOKEN: { change: OTHER_KEY, check: checkStatusCode("/performance", { token: OTHER_KEY }) },
  GODOT_JWT_ENABLED: { change: "false", check: checkStatusCode("/performance") },
  GODOT_JWT_ALGORITHM: { change: "HS512", check: issueAndDecodeToken },
  GODOT_JWT_ISSUER: { change: "somebody", check: issueAndDecodeToken },
  GODOT_JWT_AUDIENCE: { change: "elsewhere", check: issueAndDecodeToken },
  GODOT_JWT_ACCESS_TTL_SECONDS: { change: "60", check: issueAndDecodeToken },
  GODOT_JWT_REFRESH_TTL_SECONDS: { change: "61", check: issueAndDecodeToken },
  GODOT_RBAC_ENABLED: { change: "false", check: requestWithRole("observer", "/players", { name: "Ann" }) },
  GODOT_RBAC_SCENE_ROLE: {
    change: "player",
    check: requestWithRole("player", "/scene", { scene: "res://vr_main.tscn" }),
  },
  GODOT_IDS_ENABLED: { change: "false", base: { GODOT_IDS_MAX_FAILURES: "1" }, check: guessTokens(2) },
  GODOT_IDS_MAX_FAILURES: { change: "1", check: guessTokens(2) },
  GODOT_IDS_BLOCK_SECONDS: { change: "900", base: { GODOT_IDS_MAX_FAILURES: "1" }, check: guessTokens(2) },
  GODOT_RATE_LIMIT_ENABLED: {
    change: "false",
    base: { GODOT_RATE_LIMIT_GLOBAL_PER_MINUTE: "1" },
    check: repeatRequest("/nothing", 2),
  },
  GODOT_RATE_LIMIT_GLOBAL_PER_MINUTE: { change: "1", check: repeatRequest("/nothing", 2) },
  GODOT_RATE_LIMIT_SCENE_READ_PER_MINUTE: { change: "1", check: repeatRequest("/scene", 2, admin) },
  GODOT_RATE_LIMIT_SCENE_WRITE_PER_MINUTE: {
    change: "1",
    check: repeatRequest("/scene", 2, { ...admin, method: "POST", body: { scene: "res://vr_main.tscn" } }),
  },
  GODOT_RATE_LIMIT_STATUS_PER_MINUTE: { change: "1", check: repeatRequest("/status", 2) },
  GODOT_RATE_LIMIT_PROBE_PER_MINUTE: { change: "1", check: repeatRequest("/health", 2) },
  GODOT_MAIN_SCENE: { change: "res://lobby.tscn", check: checkStatus((json) => json.scene) },
  GODOT_SCENE_WHITELIST: { change: "res://lobby.tscn", check: loadScene("res://lobby.tscn") },
  GODOT_SCENE_BLACKLIST: {
    change: "secret",
    base: { GODOT_SCENE_WHITELIST: "res://secret/a.tscn" },
    check: loadScene("res://secret/a.tscn"),
  },
  GODOT_SCENE_HOT_RELOAD: { change: "false", check: loadScene("res://vr_main.tscn") },
  GODOT_CACHE_TTL_SECONDS: { change: "60", check: isCacheHit },
  GODOT_CACHE_MAX_ENTRIES: { change: "0", base: { GODOT_CACHE_TTL_SECONDS: "60" }, check: isCacheHit },
  GODOT_METRICS_ENABLED: { change: "false", check: checkStatusCode("/metrics", admin) },
  GODOT_METRICS_SCRAPE_TOKEN: {
    change: OTHER_KEY,
    check: checkStatusCode("/metrics", { token: SCRAPE_TOKEN }),
  },
  GODOT_METRICS_LATENCY_BUCKETS_MS: {
    change: "7",
    check: async (server) => {
      await server.call("/health");
      return (await server.call("/metrics", admin)).text.includes('le="0.007"');
    },
  },
  GODOT_TELEMETRY_ENABLED: { change: "false", check: checkStatus((json) => json.telemetry.state) },
  GODOT_TELEMETRY_RATE_HZ: { change: "60", check: readWelcomeMessage },
  GODOT_TELEMETRY_FORMAT: { change: "binary", check: readWelcomeMessage },
  GODOT_TELEMETRY_COMPRESSION: { change: "deflate", check: readWelcomeMessage },
  GODOT_TELEMETRY_AUTH_REQUIRED: {
    change: "true",
    check: (server) => readWelcomeMessage(server).catch(({ message }) => message),
  },
  GODOT_TELEMETRY_MAX_CLIENTS: { change: "3", check: checkStatus((json) => json.telemetry.maximum) },
  GODOT_DISCOVERY_ENABLED: { change: "false", check: checkStatus((json) => json.mesh.discovery) },
  GODOT_TARGET_FPS: { change: "30", check: checkPerformance("target_fps") },
  // The thresholds tolerate a busy machine, and the memory target includes the test, which runs in the same process.
  GODOT_FPS_ALERT_THRESHOLD: {
    change: "240",
    base: {
      GODOT_FPS_ALERT_THRESHOLD: "2",
      GODOT_FPS_CRITICAL_THRESHOLD: "1",
      GODOT_MEMORY_TARGET_MB: "65536",
    },
    check: checkPerformance("status"),
  },
  GODOT_FPS_CRITICAL_THRESHOLD: {
    change: "200",
    base: { GODOT_FPS_ALERT_THRESHOLD: "240", GODOT_FPS_CRITICAL_THRESHOLD: "1" },
    check: checkPerformance("status"),
  },
  GODOT_PHYSICS_TICKS_PER_SECOND: {
    change: "30",
    check: checkPerformance("physics_ticks_per_second_target"),
  },
  GODOT_MEMORY_TARGET_MB: { change: "64", check: checkPerformance("memory_target_mb") },
  GODOT_VR_ENABLED: { change: "false", check: checkStatus((json) => json.vr.mode) },
  GODOT_LOG_LEVEL: {
    change: "error",
    check: checkLogLines(checkStatusCode("/health"), (line) => line.includes("request")),
  },
  GODOT_LOG_FORMAT: {
    change: "text",
    check: checkLogLines(checkStatusCode("/health"), (line) => line.startsWith("{")),
  },
  GODOT_LOG_REDACTION_ENABLED: {
    change: "false",
    check: checkLogLines(refreshToken, (line) => line.includes("[redacted]")),
  },
  GODOT_LOG_REDACTED_FIELDS: {
    change: "subject",
    check: checkLogLines(refreshToken, (line) => line.includes('"subject":"[redacted]"')),
  },
  GODOT_LOG_CLIENT_ADDRESS: {
    change: "truncated",
    check: checkLogLines(refreshToken, (line) => line.includes("127.0.0.0")),
  },
  GODOT_AUDIT_ENABLED: { change: "false", check: checkLogLines(refreshToken, isAuditLine) },
  GODOT_AUDIT_EVENTS: { change: "scene", check: checkLogLines(refreshToken, isAuditLine) },
  GODOT_FEATURE_WEBHOOK_ROUTER: { change: "true", check: checkStatusCode("/webhooks", admin) },
  GODOT_FEATURE_JOB_ROUTER: {
    change: "true",
    check: checkStatusCode("/jobs", { ...admin, method: "POST", body: { kind: "save-world" } }),
  },
  GODOT_FEATURE_BATCH_OPERATIONS_ROUTER: {
    change: "true",
    base: { GODOT_FEATURE_JOB_ROUTER: "true" },
    check: checkStatusCode("/batch", {
      ...admin,
      method: "POST",
      body: { operations: [{ kind: "save-world" }] },
    }),
  },
  GODOT_FEATURE_PHASE_4: { change: "true", check: checkStatusCode("/phase4", admin) },
};

function guessTokens(times: number): Check {
  return async (server) => {
    const replies = [];
    for (let turn = 0; turn < times; turn += 1)
      replies.push(await server.call("/performance", { token: "guess" }));
    return replies.map((reply) => [reply.status, reply.headers["retry-after"]]);
  };
}

async function exceedConnections(server: TestServer): Promise<readonly number[]> {
  const port = Number(server.env.GODOT_HTTP_PORT);
  const first = connectTcp(port, "127.0.0.1");
  await new Promise((resolve) => first.on("connect", resolve));
  const reply = await sendRequest(server.httpUrl ?? "", "/health");
  first.destroy();
  return [reply.status];
}

async function isCacheHit(server: TestServer): Promise<boolean> {
  await server.call("/players", { ...admin, method: "POST", body: { id: "ann", name: "Ann" } });
  await server.call("/players/ann", admin);
  const { text } = await server.call("/metrics", admin);
  return /^spacetime_cache_requests_total\{result="hit"\} [1-9]/m.test(text);
}
