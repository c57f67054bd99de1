import { connect } from "node:net";
import { expect, test } from "@jest/globals";
import { VARIABLES } from "../../components/config/variables/index.ts";
import type { VariableDefinition } from "../../components/config/variables/types.ts";
import { renderEffectiveSettings } from "../../reference-server/api/effective-settings.ts";
import { listVariablesRead, readSettings } from "../../reference-server/settings/settings.ts";
import { API_TOKEN, createTestEnv, type Env, issueToken, startTestServer } from "./support/test-server.ts";
import { VARIABLE_CASES } from "./support/variable-cases.ts";

test("the server reads exactly the variables of the catalogue", () => {
  expect([...listVariablesRead()].sort()).toEqual([...VARIABLES.keys()].sort());
});

test("an environment with only the required secrets is valid and uses the catalogue's defaults", () => {
  const env = {
    GODOT_API_TOKEN: "a".repeat(32),
    GODOT_JWT_SIGNING_KEY: "k".repeat(32),
    GODOT_ENV: "production",
  };
  expect(readSettings(env)).toMatchObject({
    environment: "production",
    http: { port: 8080 },
    scenes: { whitelist: ["res://vr_main.tscn"] },
    limits: { global: 300, scene_write: 10 },
    database: { host: undefined },
    tls: { enabled: true },
  });
});

test("one error lists all problems of an environment and contains no secret", () => {
  const env = {
    GODOT_ENV: "moon",
    GODOT_HTTP_PORT: "99999",
    GODOT_TLS_ENABLED: "yes",
    GODOT_SCENE_WHITELIST: "vr_main",
    GODOT_API_TOKEN: "short-secret",
    GODOT_DATABASE_HOST: "db",
    GODOT_METRICS_LATENCY_BUCKETS_MS: "5,5",
    GODOT_FEATURE_BATCH_OPERATIONS_ROUTER: "true",
  };
  let message = "";
  try {
    readSettings(env);
  } catch (error) {
    message = (error as Error).message;
  }
  const named = message.split("\n").flatMap((line) => /^ {2}- (GODOT_\w+)/.exec(line)?.[1] ?? []);
  expect(named.sort()).toEqual([
    "GODOT_API_TOKEN",
    "GODOT_ENV",
    "GODOT_FEATURE_BATCH_OPERATIONS_ROUTER",
    "GODOT_HTTP_PORT",
    "GODOT_JWT_SIGNING_KEY",
    "GODOT_METRICS_LATENCY_BUCKETS_MS",
    "GODOT_PLAYER_DATA_KEY",
    "GODOT_SCENE_WHITELIST",
    "GODOT_TLS_ENABLED",
    "GODOT_WORLD_DATA_KEY",
  ]);
  expect(message).not.toContain("short-secret");
});

test("a misspelt variable is logged with the closest known name", async () => {
  const server = await startTestServer({ GODOT_HTTP_PROT: "1" });
  expect(server.lines.join("\n")).toContain("Did you mean GODOT_HTTP_PORT?");
});

/** Another valid value for a variable. */
function createOtherValue({ name, type }: VariableDefinition, present: unknown): string {
  switch (type.kind) {
    case "boolean":
      return String(present !== true);
    case "integer":
      return String(present === type.minimum ? type.minimum + 1 : type.minimum);
    case "port":
      return "4242";
    case "choice":
      return type.choices.find((choice) => choice !== present) ?? "";
    case "list":
      return (
        { GODOT_HTTP_TRUSTED_PROXIES: "192.0.2.0/24", GODOT_METRICS_LATENCY_BUCKETS_MS: "123" }[name] ??
        type.example
      );
    case "text":
      return type.example === present ? `${type.example}1` : type.example;
  }
}

/** Other values for variables whose example is the default. */
const OTHER_VALUES: Env = {
  GODOT_BIND_ADDRESS: "0.0.0.0",
  GODOT_MAIN_SCENE: "res://lobby.tscn",
  GODOT_SCENE_WHITELIST: "res://lobby.tscn",
  GODOT_DATABASE_NAME: "other",
  GODOT_DATABASE_USER: "other",
  GODOT_DATABASE_HOST: "db.example.org",
  GODOT_DATABASE_CA_PATH: "/other/ca.crt",
  GODOT_REDIS_KEY_PREFIX: "other:",
  GODOT_TLS_CERT_PATH: "/other/tls.crt",
  GODOT_AUDIT_EVENTS: "world",
  GODOT_FPS_CRITICAL_THRESHOLD: "2",
  GODOT_JWT_ISSUER: "other",
};

/** Values that cross-field validation requires for every variable: ordered thresholds, and secrets that a database requires. */
const BASE_ENV: Env = {
  GODOT_DATABASE_PASSWORD: "",
  GODOT_PLAYER_DATA_KEY: "p".repeat(40),
  GODOT_WORLD_DATA_KEY: "w".repeat(40),
  GODOT_FPS_CRITICAL_THRESHOLD: "1",
  GODOT_FEATURE_JOB_ROUTER: "true",
};

test.each([...VARIABLES.values()])(
  "changing $name changes the effective settings in /status",
  async (definition) => {
    const { name, source } = definition;
    const base = { ...(await createTestEnv()), ...BASE_ENV };
    const before = renderEffectiveSettings(readSettings(base));
    // /status shows only whether a secret is set; other tests cover the effect of its value.
    const needed = ["GODOT_API_TOKEN", "GODOT_JWT_SIGNING_KEY"].includes(name);
    const secret = base[name as keyof typeof base] ? "" : "s".repeat(40);
    const value =
      source.kind === "secret"
        ? secret
        : (OTHER_VALUES[name] ?? createOtherValue(definition, readCurrentValue(definition, base)));
    const rest: Env = needed ? { GODOT_JWT_ENABLED: "false" } : {};
    const after = renderEffectiveSettings(readSettings({ ...base, ...rest, [name]: value }));
    const unchanged = renderEffectiveSettings(readSettings({ ...base, ...rest }));
    expect(after).not.toEqual(needed ? unchanged : before);
  },
);

function readCurrentValue({ name, type, source }: VariableDefinition, env: Env): unknown {
  const text = env[name];
  if (text !== undefined && text !== "")
    return type.kind === "boolean" ? text === "true" : Number(text) || text;
  if (source.kind !== "setting") return name === "GODOT_ENV" ? "local" : name === "GODOT_REDIS_TLS_ENABLED";
  return typeof source.default === "object" ? source.default.local : source.default;
}

test("/status shows the effective settings to operators only and never shows secrets", async () => {
  const server = await startTestServer();
  const shown = async (token?: string) =>
    (await server.call("/status", token === undefined ? {} : { token })).json.settings;
  const player = await issueToken(server, "ann", "player");
  const settings = await shown(API_TOKEN);
  expect([await shown(), await shown(player)]).toEqual([undefined, undefined]);
  expect(settings.access).toMatchObject({ apiToken: "set", signingKey: "set", issuer: "spacetime-vr" });
  expect(JSON.stringify(settings)).not.toContain("planted-");
});

test.each(Object.entries(VARIABLE_CASES))(
  "changing %s changes the behaviour of the server",
  async (name, { change, base = {}, check }) => {
    expect(VARIABLES.has(name)).toBe(true);
    const [before, after] = [await startTestServer(base), await startTestServer({ ...base, [name]: change })];
    expect(await check(after)).not.toEqual(await check(before));
  },
);

test("a request that is sent too slowly gets 408", async () => {
  const server = await startTestServer({ GODOT_HTTP_REQUEST_TIMEOUT_SECONDS: "1" });
  const socket = connect(Number(server.env.GODOT_HTTP_PORT), "127.0.0.1");
  const head = [
    "POST /scene HTTP/1.1",
    "Host: localhost",
    `Authorization: Bearer ${API_TOKEN}`,
    "Content-Length: 10",
  ];
  socket.write(`${head.join("\r\n")}\r\n\r\n{`);
  const answer = await new Promise<string>((resolve) => socket.once("data", (data) => resolve(String(data))));
  expect(answer).toContain("408");
  socket.destroy();
});

test("a scene that loads too slowly fails with 504, and the previous one stays loaded", async () => {
  const server = await startTestServer({ GODOT_SCENE_LOAD_TIMEOUT_SECONDS: "1" }, { sceneLoadMs: 5000 });
  const body = { scene: "res://scenes/sandbox.tscn" };
  const reply = await server.call("/scene", { method: "POST", token: API_TOKEN, body });
  expect([reply.status, (await server.call("/status")).json.scene]).toEqual([504, "res://vr_main.tscn"]);
});

test("without a headset and the fallback, startup fails and names the variable", async () => {
  await expect(startTestServer({ GODOT_VR_DESKTOP_FALLBACK: "false" })).rejects.toThrow(
    "GODOT_VR_DESKTOP_FALLBACK",
  );
});

test("a port in use fails startup, names the variable and leaves nothing running", async () => {
  const first = await startTestServer();
  const port = first.env.GODOT_HTTP_PORT ?? "";
  await expect(startTestServer({ GODOT_HTTP_PORT: port })).rejects.toThrow(
    `GODOT_HTTP_PORT is "127.0.0.1:${port}": is in use`,
  );
});
