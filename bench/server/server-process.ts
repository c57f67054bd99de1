import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { startServer } from "../../reference-server/server.ts";

/** Target frame rate of production. */
export const RATE_HZ = 90;

export const BENCH_TOKEN = "bench-token-0123456789abcdef0123456789abcdef";

/** `bare` is node:http with the same bytes as /health. With a certificate both use TLS. */
export type ServerKind = "bare" | "reference";

export interface ServerOptions {
  readonly kind: ServerKind;
  readonly port: number;
  readonly certificate?: { readonly cert: string; readonly key: string };
}

interface ProcessUsage {
  readonly cpuMs: number;
  readonly residentMb: number;
}

function createReferenceEnv({ port, certificate }: ServerOptions): Record<string, string> {
  const at = (offset: number): string => String(port + offset);
  return {
    GODOT_ENV: "production",
    GODOT_BIND_ADDRESS: "127.0.0.1",
    ...(certificate === undefined
      ? { GODOT_TLS_ENABLED: "false" }
      : { GODOT_TLS_CERT_PATH: certificate.cert, GODOT_TLS_KEY_PATH: certificate.key }),
    GODOT_HTTP_PORT: at(0),
    GODOT_TELEMETRY_PORT: at(1),
    GODOT_DISCOVERY_PORT: at(7),
    GODOT_API_TOKEN: BENCH_TOKEN,
    GODOT_JWT_SIGNING_KEY: BENCH_TOKEN,
    GODOT_PUBLIC_HOST: "localhost",
    GODOT_RATE_LIMIT_PROBE_PER_MINUTE: "100000",
    GODOT_RATE_LIMIT_ENABLED: "false",
    GODOT_TELEMETRY_AUTH_REQUIRED: "false",
    GODOT_TELEMETRY_MAX_CLIENTS: "10000",
    GODOT_LOG_LEVEL: "error",
    GODOT_TELEMETRY_RATE_HZ: String(RATE_HZ),
  };
}

async function startBareServer({ port, certificate }: ServerOptions): Promise<void> {
  const body = JSON.stringify({ status: "ok" });
  const pair =
    certificate === undefined
      ? undefined
      : { cert: readFileSync(certificate.cert), key: readFileSync(certificate.key) };
  const server = pair === undefined ? createServer() : createTlsServer(pair);
  server.on("request", (_request, response) => {
    response.writeHead(200, { "Content-Type": "application/json", "Content-Length": body.length });
    response.end(body);
  });
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
}

/** Runs a server as a child process that reports its resource use on request. */
export async function runServer(options: ServerOptions): Promise<void> {
  if (options.kind === "bare") await startBareServer(options);
  else await startServer(createReferenceEnv(options));
  process.on("message", () => {
    const { user, system } = process.cpuUsage();
    process.send?.({ cpuMs: (user + system) / 1000, residentMb: process.memoryUsage.rss() / 1e6 });
  });
  process.send?.("up");
}

/** Runs a server in a separate process during a measurement. */
export async function withServer<Result>(
  options: ServerOptions,
  work: (child: ChildProcess) => Promise<Result>,
): Promise<Result> {
  const child = fork(process.argv[1] ?? "", ["--serve", JSON.stringify(options)]);
  const exited = once(child, "exit");
  await Promise.race([
    once(child, "message"),
    exited.then(() => Promise.reject(new Error(`The ${options.kind} server did not start.`))),
  ]);
  try {
    return await work(child);
  } finally {
    child.kill("SIGKILL");
    await exited;
  }
}

export async function readUsage(child: ChildProcess): Promise<ProcessUsage> {
  child.send("usage");
  const [found] = await once(child, "message");
  return found as ProcessUsage;
}
