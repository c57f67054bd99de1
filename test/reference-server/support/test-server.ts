import { type IncomingHttpHeaders, request as plainRequest } from "node:http";
import { request as tlsRequest } from "node:https";
import { afterEach } from "@jest/globals";
import { type RunningServer, type StartOptions, startServer } from "../../../reference-server/server.ts";
import { freePort } from "../../support/ports.ts";

/** The tokens of every test server. */
export const API_TOKEN = "planted-api-token-0123456789abcdef0123456789";
export const SCRAPE_TOKEN = "planted-scrape-token-0123456789abcdef01234567";
export const SIGNING_KEY = "planted-signing-key-0123456789abcdef012345678";
export const PLAYER_KEY = "planted-player-key-0123456789abcdef0123456789";
export const WORLD_KEY = "planted-world-key-0123456789abcdef01234567890";

export type Env = Readonly<Record<string, string>>;

/** A running server with helpers for requests. */
export interface TestServer extends RunningServer {
  readonly env: Env;
  /** Its log lines. */
  readonly lines: string[];
  readonly call: (path: string, options?: CallOptions) => Promise<Reply>;
}

export interface CallOptions {
  readonly method?: string;
  readonly token?: string;
  readonly body?: unknown;
  /** Sent unchanged instead of `body`. */
  readonly raw?: string | Buffer;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests read responses of every shape; the contract test validates them
  readonly json: any;
}

/** Sends one request on a new connection. */
export function sendRequest(url: string, path: string, options: CallOptions = {}): Promise<Reply> {
  const { method = "GET", token, body, raw, headers = {} } = options;
  const content = raw ?? (body === undefined ? undefined : JSON.stringify(body));
  const { promise, resolve, reject } = Promise.withResolvers<Reply>();
  const send = url.startsWith("https") ? tlsRequest : plainRequest;
  const sent = send(`${url}${path}`, {
    method,
    agent: false,
    rejectUnauthorized: false,
    headers: {
      ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }),
      ...(content === undefined
        ? {}
        : { "Content-Type": "application/json", "Content-Length": Buffer.byteLength(content) }),
      ...headers,
    },
  });
  sent.on("error", reject);
  sent.on("response", (response) => {
    const chunks: Buffer[] = [];
    response.on("data", (chunk: Buffer) => chunks.push(chunk));
    response.on("error", reject);
    response.on("end", () => {
      const text = Buffer.concat(chunks).toString("utf8");
      const isJson = response.headers["content-type"]?.startsWith("application/json") === true;
      const json = isJson && text !== "" ? JSON.parse(text) : undefined;
      resolve({ status: response.statusCode ?? 0, headers: response.headers, text, json });
    });
  });
  sent.end(content);
  return promise;
}

/** Creates an environment with free loopback ports and without TLS, database and Redis. */
export async function createTestEnv(changes: Env = {}): Promise<Env> {
  const names = [
    "GODOT_HTTP_PORT",
    "GODOT_TELEMETRY_PORT",
    "GODOT_DISCOVERY_PORT",
    "GODOT_DAP_PORT",
    "GODOT_LSP_PORT",
  ];
  const ports = await Promise.all(names.map(async (name) => [name, String(await freePort())]));
  return {
    ...Object.fromEntries(ports),
    GODOT_BIND_ADDRESS: "127.0.0.1",
    GODOT_TLS_ENABLED: "false",
    GODOT_API_TOKEN: API_TOKEN,
    GODOT_METRICS_SCRAPE_TOKEN: SCRAPE_TOKEN,
    GODOT_JWT_SIGNING_KEY: SIGNING_KEY,
    GODOT_LOG_LEVEL: "debug",
    GODOT_LOG_FORMAT: "json",
    ...changes,
  };
}

const runningServers: RunningServer[] = [];

/** Starts a server that stops at the end of the test. */
export async function startTestServer(changes: Env = {}, options: StartOptions = {}): Promise<TestServer> {
  const env = await createTestEnv(changes);
  const lines: string[] = [];
  const server = await startServer(env, { write: (line) => lines.push(line), ...options });
  let stopped = false;
  const stop = async (): Promise<void> => {
    if (stopped) return;
    stopped = true;
    await server.stop();
  };
  const handle = { ...server, stop };
  runningServers.push(handle);
  const url = server.httpUrl ?? "";
  return { ...handle, env, lines, call: (path, given) => sendRequest(url, path, given) };
}

/** Issues a JWT with POST /auth/token. */
export async function issueToken(server: TestServer, subject: string, role: string): Promise<string> {
  const reply = await server.call("/auth/token", {
    method: "POST",
    token: API_TOKEN,
    body: { subject, role },
  });
  return reply.json.access_token;
}

afterEach(async () => {
  await Promise.all(runningServers.splice(0).map((server) => server.stop()));
});
