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

/** What `/status` and the build metric call this server, when nobody says otherwise. */
export const VERSION = "0.1.0";

/** What a start may add to the environment. All of it is for tests and for who operates this process; see `faults.ts`. */
export interface StartOptions {
  readonly faults?: readonly Fault[];
  /** Takes each line of the log; without it they go to standard output. */
  readonly write?: (line: string) => void;
  readonly version?: string;
  /** Multiplies the background intervals (certificate, discovery, samples, saves); 1 everywhere but in tests. */
  readonly intervalFactor?: number;
  /** Milliseconds that every scene takes to load; 0 unless a test wants to see a slow one. */
  readonly sceneLoadMs?: number;
}

/** A running server. */
export interface RunningServer {
  /** `https://127.0.0.1:8080`; undefined when the HTTP API is switched off. */
  readonly httpUrl: string | undefined;
  /** `wss://127.0.0.1:8081/telemetry`; undefined when telemetry is switched off. */
  readonly telemetryUrl: string | undefined;
  readonly id: string;
  /** Hands sessions over; returns when everybody has left or was closed. */
  drain(): Promise<void>;
  /** Ends at once, with the world saved; to lose no session, `drain` first. */
  stop(): Promise<void>;
  /** For tests: the main loop stands still while the process lives. */
  stall(): void;
}

/**
 * Starts the reference server from an environment of the 119 variables. It listens when the promise is fulfilled; a
 * database or a Redis that is away then keeps `/ready` from 200, not the server from running.
 * @throws InputError with every problem of the environment, or naming a port or file that cannot be used.
 */
export async function startServer(env: Env, options: StartOptions = {}): Promise<RunningServer> {
  const settings = readSettings(env);
  const core = createServerContext(settings, createContextOptions(options));
  for (const warning of settings.unknown) core.log.warning(warning);
  requireHeadsetOrFallback(core);
  const timers = new Timers(options.intervalFactor ?? 1, (reason) =>
    core.log.warning("background work failed", { reason }),
  );
  const adapters = new DebugAdapters();
  const listeners: Listener[] = [];
  const stop = async (): Promise<void> => {
    timers.stop();
    core.telemetry.stop();
    adapters.stop();
    await Promise.all(listeners.splice(0).map((listener) => listener.stop()));
    core.frames.stop();
    await core.mesh.stop();
    await core.world.save().catch(() => core.log.error("the world could not be saved at the end"));
    await core.store.stop();
    core.redis?.stop();
  };
  try {
    const urls = await startServices(core, { listeners, adapters, timers });
    core.log.info("the reference server is up", { environment: settings.environment, version: core.version });
    return {
      ...urls,
      id: core.id,
      drain: () => core.drain.run(),
      stop,
      stall: () => core.frames.stall(),
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

/** No headset is ever here: VR is wanted without one only where desktop mode may stand in for it. */
function requireHeadsetOrFallback({ settings, log }: ServerContext): void {
  const { vrEnabled, vrDesktopFallback } = settings.performance;
  if (!vrEnabled) return;
  if (vrDesktopFallback) {
    log.warning("no headset: going on in desktop mode");
    return;
  }
  throw new InputError("The server cannot start:", [
    {
      subject: "GODOT_VR_DESKTOP_FALLBACK",
      value: "false",
      rule: "must be true where no headset is and GODOT_VR_ENABLED is true",
      remedy: "Allow the fallback, or switch VR off.",
    },
  ]);
}

interface ServerResources {
  readonly listeners: Listener[];
  readonly adapters: DebugAdapters;
  readonly timers: Timers;
}

async function startServices(
  core: ReturnType<typeof createServerContext>,
  { listeners, adapters, timers }: ServerResources,
) {
  const { settings, autoloads } = core;
  const tls = await core.certificate?.load();
  const handler = new HttpHandler(core, ROUTES);
  await Promise.all([core.store.start(), core.redis?.start()]);
  autoloads.add("CacheManager").add("VRManager");
  await core.mesh.start();
  autoloads.add("MeshCoordinator");
  if (settings.debugging.adaptersEnabled || core.faults.has("debug-port-open"))
    await adapters.start(settings);
  core.frames.start();
  await startBackgroundTasks(core, timers);
  const telemetryUrl = settings.telemetry.enabled ? await serveTelemetry(core, handler, tls) : undefined;
  if (telemetryUrl !== undefined) listeners.push(telemetryUrl.listener);
  core.telemetry.start(timers);
  autoloads.add("TelemetryServer");
  const httpUrl = settings.http.enabled ? await serveHttp(core, handler, tls) : undefined;
  if (httpUrl !== undefined) listeners.push(httpUrl.listener);
  autoloads.add("HttpApiServer");
  return { httpUrl: httpUrl?.url, telemetryUrl: telemetryUrl?.url };
}

type TlsOptions = SecureContextOptions | undefined;

async function serveTelemetry(core: ServerContext, handler: HttpHandler, tls: TlsOptions) {
  const { telemetry, http } = core.settings;
  const server = createHttpServer(tls);
  server.on("request", (_request, response) => response.writeHead(426, { Upgrade: "websocket" }).end());
  server.on(
    "upgrade",
    (request, socket, head) => void handleUpgrade(core, handler, { request, socket, head }),
  );
  const listener = await listen(server, "GODOT_TELEMETRY_PORT", telemetry.port, http.bindAddress);
  core.certificate?.addServer(server);
  return {
    listener,
    url: `${tls === undefined ? "ws" : "wss"}://${reachableHost(core)}:${listener.port}${TELEMETRY_PATH}`,
  };
}

async function serveHttp(core: ServerContext, handler: HttpHandler, tls: TlsOptions) {
  const { http } = core.settings;
  const server = createHttpApiServer(core, handler, tls);
  const listener = await listen(server, "GODOT_HTTP_PORT", http.port, http.bindAddress);
  core.certificate?.addServer(server);
  return {
    listener,
    url: `${tls === undefined ? "http" : "https"}://${reachableHost(core)}:${listener.port}`,
  };
}

/** Where this machine reaches what listens on every interface. */
function reachableHost({ settings }: ServerContext): string {
  return settings.http.bindAddress === "0.0.0.0" ? "127.0.0.1" : settings.http.bindAddress;
}
