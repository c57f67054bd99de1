import { join } from "node:path";
import { OperationError } from "../../errors.ts";
import { pollUntil } from "../../poll-until.ts";
import { type LocalPaths, serverPath } from "../paths.ts";
import type { ManagedProcess, ProcessSpec } from "../processes/managed-process.ts";
import { LOOPBACK, preferPort } from "../processes/ports.ts";
import { baseEnvironment, type ProcessManager, waitUntilReady } from "../processes/process-manager.ts";
import { BUILD_FOLDER, type Release } from "../releases/releases.ts";
import type { LocalSettings } from "../settings.ts";
import { tlsFiles } from "./certificates.ts";
import type { DataServices } from "./data-services.ts";
import { gatewayPorts, type ServerPorts } from "./gateway.ts";
import { readSecret } from "./secrets.ts";
import { readField, requestServer, type ServerAddress } from "./server-client.ts";

/** A running game server. */
export interface GameServer {
  readonly release: Release;
  readonly process: ManagedProcess;
  readonly ports: ServerPorts;
  readonly address: ServerAddress;
}

interface GameServerOptions {
  readonly release: Release;
  /** Two servers run at the same time during a deployment. */
  readonly slot: "a" | "b";
  readonly dataServices: DataServices;
  readonly behindNginx: boolean;
  /** The directory of the product's code. */
  readonly root: string;
}

/** A Godot project loads its main scene before it answers, which takes time on a laptop. */
const START_TIMEOUT_SECONDS = 60;

/**
 * Another process may take a port between the search and the start; more than two failures in a row are not a
 * coincidence.
 */
const MAX_ATTEMPTS = 3;

/**
 * Starts a release's server on loopback and waits until it is ready.
 * @throws OperationError with its last output if it does not become ready.
 */
export async function startGameServer(
  processManager: ProcessManager,
  options: GameServerOptions,
): Promise<GameServer> {
  const { release, slot } = options;
  let last: ManagedProcess | undefined;
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt += 1) {
    const ports = await choosePorts(release, attempt === 1);
    const address: ServerAddress = {
      port: ports.http,
      authorityFile: tlsFiles(processManager.paths.tls).authority,
      token: readSecret(processManager.paths.secrets, "api-token"),
    };
    const isResponsive = async () => (await requestServer(address, "/health")).status === 200;
    const managed = processManager.manage({ ...serverSpec(processManager, options, ports), isResponsive });
    managed.start();
    const ready = async () => (await requestServer(address, "/ready")).status === 200;
    if (await waitUntilReady(managed, START_TIMEOUT_SECONDS, ready))
      return { release, process: managed, ports, address };
    await managed.stop(2000);
    processManager.remove(managed);
    last = managed;
    if (!/is (?:taken|in use) by another process|EADDRINUSE/.test(managed.lastOutput)) break;
  }
  throw new OperationError(
    1,
    [
      {
        subject: `release ${release.id}`,
        rule: `did not become ready; its last output: ${last?.lastOutput || "none"}`,
        remedy: `Read ${join(processManager.paths.logs, `server-${slot}.log`)}.`,
      },
    ],
    "The game server did not start:",
  );
}

/**
 * Uses the configured ports if they are free, so that editors and users find them; other ports while two servers run.
 */
async function choosePorts(
  { settings: { variables, port } }: Release,
  preferConfigured: boolean,
): Promise<ServerPorts> {
  const taken = new Set<number>(gatewayPorts(port));
  const choose = async (name: string, protocol?: "udp"): Promise<number> => {
    const port = await preferPort(preferConfigured ? Number(variables[name]) : 0, taken, protocol);
    taken.add(port);
    return port;
  };
  return {
    http: await choose("GODOT_HTTP_PORT"),
    telemetry: await choose("GODOT_TELEMETRY_PORT"),
    discovery: await choose("GODOT_DISCOVERY_PORT", "udp"),
    dap: await choose("GODOT_DAP_PORT"),
    lsp: await choose("GODOT_LSP_PORT"),
  };
}

function serverSpec(
  processManager: ProcessManager,
  options: GameServerOptions,
  ports: ServerPorts,
): ProcessSpec {
  const { release, slot, root } = options;
  const folder = join(processManager.paths.releases, release.id, BUILD_FOLDER);
  const common = {
    name: `server-${slot}`,
    env: { ...baseEnvironment(), ...serverEnvironment(processManager, options, ports) },
    stopSignal: "SIGTERM",
  } as const;
  if (release.server.kind === "reference") {
    const { NODE_COMPILE_CACHE } = process.env;
    const cache = NODE_COMPILE_CACHE === undefined ? {} : { NODE_COMPILE_CACHE };
    const args = [join(root, "reference-server", "main.ts")];
    return { ...common, env: { ...common.env, ...cache }, command: process.execPath, args, cwd: root };
  }
  const { executable, pack } = release.server;
  // Godot finds a pack with the same name as the executable.
  const named = pack === undefined || pack === executable.replace(/\.[^.]+$/, ".pck");
  const args = ["--headless", ...(named ? [] : ["--main-pack", join(folder, pack)])];
  return { ...common, command: join(folder, executable), args, cwd: folder };
}

/** What the environment of a server depends on. */
interface ServerContext {
  readonly release: { readonly settings: Pick<LocalSettings, "variables"> };
  readonly dataServices: Pick<DataServices, "environment">;
  readonly behindNginx: boolean;
}

/**
 * Returns the 119 variables of this start: those of the release, with the ports, paths, addresses and secrets of this
 * machine.
 */
export function serverEnvironment(
  { paths }: { readonly paths: Pick<LocalPaths, "tls" | "secrets"> },
  { release, dataServices, behindNginx }: ServerContext,
  ports: ServerPorts,
): Record<string, string> {
  const { authority, certificate, key } = tlsFiles(paths.tls);
  return {
    ...withoutDataServiceVariables(release.settings.variables),
    GODOT_BIND_ADDRESS: LOOPBACK,
    GODOT_HTTP_PORT: String(ports.http),
    GODOT_TELEMETRY_PORT: String(ports.telemetry),
    GODOT_DISCOVERY_PORT: String(ports.discovery),
    GODOT_DISCOVERY_SERVICE: "localhost",
    GODOT_DAP_PORT: String(ports.dap),
    GODOT_LSP_PORT: String(ports.lsp),
    // Without nginx, players connect directly, so no proxy may set the client address.
    ...(behindNginx ? {} : { GODOT_HTTP_TRUSTED_PROXIES: "" }),
    GODOT_TLS_CERT_PATH: serverPath(certificate),
    GODOT_TLS_KEY_PATH: serverPath(key),
    GODOT_TLS_CA_PATH: serverPath(authority),
    GODOT_API_TOKEN: readSecret(paths.secrets, "api-token"),
    GODOT_JWT_SIGNING_KEY: readSecret(paths.secrets, "jwt-signing-key"),
    GODOT_METRICS_SCRAPE_TOKEN: readSecret(paths.secrets, "metrics-scrape-token"),
    GODOT_WORLD_DATA_KEY: readSecret(paths.secrets, "world-data-key"),
    GODOT_PLAYER_DATA_KEY: readSecret(paths.secrets, "player-data-key"),
    ...dataServices.environment,
  };
}

/** In-cluster addresses do not apply to processes. */
const DATA_SERVICE_VARIABLES =
  /^GODOT_(DATABASE_(HOST|PORT|NAME|USER|CA_PATH)|REDIS_(HOST|PORT|TLS_ENABLED))$/;

function withoutDataServiceVariables(variables: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(variables).filter(([name]) => !DATA_SERVICE_VARIABLES.test(name)));
}

/** Time for the exit after the drain: saving the world and closing the listeners. */
const STOP_GRACE_MS = 5000;

const POLL_INTERVAL_MS = 50;

/**
 * Drains a server's sessions and stops it, even if it does not answer.
 * @returns the number of sessions that moved.
 */
export async function drainAndStop(
  { address, process: managed }: GameServer,
  drainSeconds: number,
): Promise<number> {
  const moved = managed.alive ? await drain(address, drainSeconds).catch(() => 0) : 0;
  await managed.stop(STOP_GRACE_MS);
  return moved;
}

async function drain(address: ServerAddress, seconds: number): Promise<number> {
  const { status } = await requestServer(address, "/drain", "POST");
  if (status !== 202 && status !== 200) return 0;
  let moved = 0;
  await pollUntil(
    async () => {
      const { body } = await requestServer(address, "/drain");
      moved = Number(readField(body, "handed_over") ?? 0);
      return readField(body, "state") === "drained";
    },
    { timeoutMs: (seconds + 1) * 1000, intervalMs: POLL_INTERVAL_MS },
  );
  return moved;
}
