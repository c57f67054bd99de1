import { execFileSync } from "node:child_process";
import { existsSync, renameSync, rmSync, statSync } from "node:fs";
import { request } from "node:https";
import { join } from "node:path";
import { renderNginxConfig } from "../../../components/gateway/nginx-config.ts";
import { GATEWAY_HEALTH_PATH, type NginxPaths } from "../../../components/gateway/nginx-options.ts";
import { OperationError } from "../../errors.ts";
import { makeDirectory, writeFileAtomically } from "../files.ts";
import type { ManagedProcess } from "../processes/managed-process.ts";
import { LOOPBACK, requireFreePort } from "../processes/ports.ts";
import { baseEnvironment, type ProcessManager, waitUntilReady } from "../processes/process-manager.ts";
import type { LocalSettings } from "../settings.ts";
import { tlsFiles } from "./certificates.ts";
import type { Gateway, ServerPorts } from "./gateway.ts";

/** One worker is enough for the players of one machine and leaves the other cores to the server. */
const WORKERS = 1;

const START_TIMEOUT_SECONDS = 20;
const RESPONSE_TIMEOUT_MS = 2000;

/**
 * nginx keeps a log file open until it is signalled, so its logs are rotated here: the same size as the others, one
 * old file.
 */
const MAX_LOG_BYTES = 10_000_000;
const LOG_CHECK_INTERVAL_MS = 60_000;

/** Starts nginx on loopback with the gateway's own config. */
export async function startNginx(
  processManager: ProcessManager,
  program: string,
  settings: LocalSettings,
  first: ServerPorts,
): Promise<Gateway> {
  const { paths } = processManager;
  await requireFreePort(settings.port);
  const own = nginxPaths(paths);
  makeDirectory(paths.nginx);
  makeDirectory(own.temporary);
  const file = join(paths.nginx, "nginx.conf");
  const write = (ports: ServerPorts, of: LocalSettings): void =>
    writeFileAtomically(file, renderConfig(of, own, ports));
  write(first, settings);
  rmSync(own.pid, { force: true });
  // As root, nginx would run its workers as another user, which cannot enter the state directory.
  const globals = `daemon off;${process.getuid?.() === 0 ? " user root;" : ""}`;
  const args = ["-e", own.errorLog, "-c", file, "-g", globals];
  requireValidConfig(program, args);
  const managed = await runNginx(processManager, program, args, settings.port);
  const rotation = setInterval(() => rotateLogs(own, managed), LOG_CHECK_INTERVAL_MS);
  return {
    kind: "nginx",
    port: settings.port,
    url: `https://localhost:${settings.port}`,
    telemetryUrl: `wss://localhost:${settings.port}/telemetry`,
    process: managed,
    routeTo: async (ports, next) => {
      write(ports, next);
      requireValidConfig(program, args);
      managed.signal("SIGHUP");
    },
    reloadCertificate: () => managed.signal("SIGHUP"),
    stop: async () => {
      clearInterval(rotation);
      await managed.stop(5000);
      processManager.remove(managed);
    },
  };
}

async function runNginx(
  processManager: ProcessManager,
  program: string,
  args: readonly string[],
  port: number,
): Promise<ManagedProcess> {
  const { paths } = processManager;
  const managed = processManager.manage({
    name: "nginx",
    command: program,
    args,
    env: baseEnvironment(),
    cwd: paths.nginx,
    stopSignal: "SIGTERM",
    isResponsive: () => isHealthy(port),
  });
  managed.start();
  if (!(await waitUntilReady(managed, START_TIMEOUT_SECONDS, () => isHealthy(port)))) {
    await managed.stop(2000);
    processManager.remove(managed);
    throw new OperationError(
      1,
      [
        {
          subject: "nginx",
          rule: `did not answer; its last output: ${managed.lastOutput || "none"}`,
          remedy: `Read ${nginxPaths(paths).errorLog}, or start without it: --without nginx.`,
        },
      ],
      "nginx did not start:",
    );
  }
  return managed;
}

function nginxPaths(paths: ProcessManager["paths"]): NginxPaths {
  const { authority, certificate, key } = tlsFiles(paths.tls);
  return {
    certificate,
    key,
    upstreamCaCertificate: authority,
    pid: join(paths.nginx, "nginx.pid"),
    temporary: join(paths.nginx, "temporary"),
    accessLog: join(paths.logs, "nginx-access.log"),
    errorLog: join(paths.logs, "nginx-error.log"),
  };
}

/** The gateway's config as in a cluster, with the addresses and paths of this machine. */
function renderConfig(
  { gateway, port, drainSeconds }: LocalSettings,
  paths: NginxPaths,
  server: ServerPorts,
): string {
  return renderNginxConfig({
    domain: gateway.domain,
    shield: gateway.shield,
    maxBodyBytes: gateway.maxBodyBytes,
    listenAddress: LOOPBACK,
    listenPort: port,
    upstream: {
      host: "localhost",
      address: LOOPBACK,
      httpPort: server.http,
      telemetryPort: server.telemetry,
    },
    clientAddress: "connection",
    drainSeconds,
    workers: WORKERS,
    paths,
  });
}

/** @throws OperationError with nginx's message: a rejected config must not affect the running nginx. */
function requireValidConfig(program: string, args: readonly string[]): void {
  try {
    execFileSync(program, ["-t", "-q", ...args], { stdio: ["ignore", "ignore", "pipe"], encoding: "utf8" });
  } catch (error) {
    const message =
      typeof error === "object" && error !== null && "stderr" in error ? String(error.stderr) : "";
    throw new OperationError(
      1,
      [
        {
          subject: "nginx",
          rule: message.trim() || "failed its config test (nginx -t)",
          remedy: "Start without it: --without nginx.",
        },
      ],
      "nginx rejects the gateway's config:",
    );
  }
}

function isHealthy(port: number): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const sent = request(
    // Only checks that it answers; verification checks the identity.
    {
      host: LOOPBACK,
      port,
      path: GATEWAY_HEALTH_PATH,
      rejectUnauthorized: false,
      timeout: RESPONSE_TIMEOUT_MS,
      agent: false,
    },
    (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    },
  );
  sent.on("error", () => resolve(false));
  sent.on("timeout", () => sent.destroy());
  sent.end();
  return promise;
}

function rotateLogs({ accessLog, errorLog }: NginxPaths, managed: ManagedProcess): void {
  const large = [accessLog, errorLog].filter(
    (path) => existsSync(path) && statSync(path).size > MAX_LOG_BYTES,
  );
  if (large.length === 0) return;
  for (const path of large) renameSync(path, `${path}.1`);
  managed.signal("SIGUSR1");
}
