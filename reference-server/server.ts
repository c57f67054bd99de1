import type { SecureContextOptions } from "node:tls";
import { InputError } from "../components/shared/errors.ts";
import { FEATURE_ROUTES } from "./api/feature-routes.ts";
import { GAME_ROUTES } from "./api/game-routes.ts";
import { OPERATIONAL_ROUTES } from "./api/operational-routes.ts";
import { TOKEN_ROUTES } from "./api/token-routes.ts";
import { startBackgroundTasks } from "./background-tasks.ts";
import { createServerContext, type ServerContextOptions } from "./create-server-context.ts";
import { DebugAdapters } from "./debug-adapters.ts";
import { Timers } from "./engine/timers.ts";
import type { Fault } from "./faults.ts";
import { HttpHandler } from "./http/http-handler.ts";
import { createHttpApiServer, createHttpServer, type Listener, listen } from "./http/listener.ts";
import type { ServerContext } from "./server-context.ts";
import { readSettings } from "./settings/settings.ts";
import type { Env } from "./settings/settings-reader.ts";
import { handleUpgrade, TELEMETRY_PATH } from "./telemetry/handshake.ts";

/** Every operation of the API. */
export const ROUTES = [...OPERATIONAL_ROUTES, ...TOKEN_ROUTES, ...GAME_ROUTES, ...FEATURE_ROUTES] as const;

/** Default version in `/status` and the build metric. */
const VERSION = "0.1.0";

/** Start options for tests and for the caller that runs this process; see `faults.ts`. */
export interface StartOptions {
  readonly faults?: readonly Fault[];
  /** Receives each log line; the default is standard output. */
  readonly write?: (line: string) => void;
  readonly version?: string;
  /** Multiplies the background intervals (certificate, discovery, samples, saves); 1 except in tests. */
  readonly intervalFactor?: number;
  /** Simulated scene loading time in milliseconds; 0 except in tests. */
  readonly sceneLoadMs?: number;
}

/** A running server. */
export interface RunningServer {
  /** `https://127.0.0.1:8080`; undefined when the HTTP API is disabled. */
  readonly httpUrl: string | undefined;
  /** `wss://127.0.0.1:8081/telemetry`; undefined when telemetry is disabled. */
  readonly telemetryUrl: string | undefined;
  readonly id: string;
  /** Hands sessions over; resolves when all clients have left or were disconnected. */
  drain(): Promise<void>;
  /** Saves the world and stops immediately; call `drain` first to hand sessions over. */
  stop(): Promise<void>;
  /** For tests: stops the main loop while the process keeps running. */
  stall(): void;
}

/**
 * Starts the reference server from the 119 environment variables. It listens when the promise resolves, even if the
 * database or Redis is unavailable; `/ready` reports that.
 * @throws InputError with every problem of the environment, or naming a port or file that cannot be used.
 */
export async function startServer(env: Env, options: StartOptions = {}): Promise<RunningServer> {
  const settings = readSettings(env);
  const context = createServerContext(settings, createContextOptions(options));
  for (const warning of settings.unknownVariableWarnings) context.log.warning(warning);
  requireHeadsetOrFallback(context);
  const timers = new Timers(options.intervalFactor ?? 1, (reason) =>
    context.log.warning("background task failed", { reason }),
  );
  const adapters = new DebugAdapters();
  const listeners: Listener[] = [];
  const stop = async (): Promise<void> => {
    timers.stop();
    context.telemetry.stop();
    adapters.stop();
    await Promise.all(listeners.splice(0).map((listener) => listener.stop()));
    context.frames.stop();
    await context.mesh.stop();
    await context.world.save().catch(() => context.log.error("world could not be saved during shutdown"));
    await context.store.stop();
    context.redis?.stop();
  };
  try {
    const urls = await startServices(context, { listeners, adapters, timers });
    context.log.info("reference server is listening", {
      environment: settings.environment,
      version: context.version,
    });
    return {
      ...urls,
      id: context.id,
      drain: () => context.drain.run(),
      stop,
      stall: () => context.frames.stall(),
    };
  } catch (error) {
    await stop().catch(() => undefined);
    throw error;
  }
}

function createContextOptions({ faults, write, version, sceneLoadMs }: StartOptions): ServerContextOptions {
  return {
    faults: new Set(faults ?? []),
    write: write ?? ((line) => process.stdout.write(`${line}\n`)),
    version: version ?? VERSION,
    sceneLoadMs: sceneLoadMs ?? 0,
  };
}

/** A server has no headset, so VR can be enabled only with the desktop fallback. */
function requireHeadsetOrFallback({ settings, log }: ServerContext): void {
  const { vrEnabled, vrDesktopFallback } = settings.performance;
  if (!vrEnabled) return;
  if (vrDesktopFallback) {
    log.warning("no VR headset found; continuing in desktop mode");
    return;
  }
  throw new InputError("The server cannot start:", [
    {
      subject: "GODOT_VR_DESKTOP_FALLBACK",
      value: "false",
      rule: "must be true when GODOT_VR_ENABLED is true and no headset is connected",
      remedy: "Set it to true, or set GODOT_VR_ENABLED=false.",
    },
  ]);
}

interface ServerResources {
  readonly listeners: Listener[];
  readonly adapters: DebugAdapters;
  readonly timers: Timers;
}

async function startServices(
  context: ReturnType<typeof createServerContext>,
  { listeners, adapters, timers }: ServerResources,
) {
  const { settings, autoloads } = context;
  const tls = await context.certificate?.load();
  const handler = new HttpHandler(context, ROUTES);
  await Promise.all([context.store.start(), context.redis?.start()]);
  autoloads.add("CacheManager").add("VRManager");
  await context.mesh.start();
  autoloads.add("MeshCoordinator");
  if (settings.debugging.adaptersEnabled || context.faults.has("debug-port-open"))
    await adapters.start(settings);
  context.frames.start();
  await startBackgroundTasks(context, timers);
  const telemetryUrl = settings.telemetry.enabled ? await serveTelemetry(context, handler, tls) : undefined;
  if (telemetryUrl !== undefined) listeners.push(telemetryUrl.listener);
  context.telemetry.start(timers);
  autoloads.add("TelemetryServer");
  const httpUrl = settings.http.enabled ? await serveHttp(context, handler, tls) : undefined;
  if (httpUrl !== undefined) listeners.push(httpUrl.listener);
  autoloads.add("HttpApiServer");
  return { httpUrl: httpUrl?.url, telemetryUrl: telemetryUrl?.url };
}

type TlsOptions = SecureContextOptions | undefined;

async function serveTelemetry(context: ServerContext, handler: HttpHandler, tls: TlsOptions) {
  const { telemetry, http } = context.settings;
  const server = createHttpServer(tls);
  server.on("request", (_request, response) => response.writeHead(426, { Upgrade: "websocket" }).end());
  server.on(
    "upgrade",
    (request, socket, head) => void handleUpgrade(context, handler, { request, socket, head }),
  );
  const listener = await listen(server, "GODOT_TELEMETRY_PORT", telemetry.port, http.bindAddress);
  context.certificate?.addServer(server);
  return {
    listener,
    url: `${tls === undefined ? "ws" : "wss"}://${reachableHost(context)}:${listener.port}${TELEMETRY_PATH}`,
  };
}

async function serveHttp(context: ServerContext, handler: HttpHandler, tls: TlsOptions) {
  const { http } = context.settings;
  const server = createHttpApiServer(context, handler, tls);
  const listener = await listen(server, "GODOT_HTTP_PORT", http.port, http.bindAddress);
  context.certificate?.addServer(server);
  return {
    listener,
    url: `${tls === undefined ? "http" : "https"}://${reachableHost(context)}:${listener.port}`,
  };
}

/** The host at which this machine can reach the server. */
function reachableHost({ settings }: ServerContext): string {
  return settings.http.bindAddress === "0.0.0.0" ? "127.0.0.1" : settings.http.bindAddress;
}
