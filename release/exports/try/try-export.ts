import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { OperationError } from "../../../operations/errors.ts";
import { makeDirectory } from "../../../operations/local/files.ts";
import { type LocalPaths, localPaths } from "../../../operations/local/paths.ts";
import { LOOPBACK, preferPort } from "../../../operations/local/processes/ports.ts";
import { baseEnvironment } from "../../../operations/local/processes/process-manager.ts";
import { type Build, readBuild } from "../../../operations/local/releases/build.ts";
import { ensureCertificates, tlsFiles } from "../../../operations/local/services/certificates.ts";
import { serverEnvironment } from "../../../operations/local/services/game-server.ts";
import type { ServerPorts } from "../../../operations/local/services/gateway.ts";
import { ensureSecrets, readSecret } from "../../../operations/local/services/secrets.ts";
import { requestServer, type ServerAddress } from "../../../operations/local/services/server-client.ts";
import { type LocalSettings, readSettings } from "../../../operations/local/settings.ts";
import { createLocalTarget } from "../../../operations/local/verification/create-local-target.ts";
import { pollUntil } from "../../../operations/poll-until.ts";
import type { SuiteReport } from "../../../probes/report/suite-report.ts";
import { runSuite } from "../../../probes/run-suite.ts";
import { defaultExpectations } from "../../../probes/target/expectations.ts";
import { createLocalTarget as createProbeTarget } from "../../../probes/target/target.ts";
import { assessContract, type Contract, type ContractResult } from "./contract.ts";

export interface TryOptions {
  /** The directory with Pulumi.local.yaml. */
  readonly project: string;
  readonly contract: Contract;
  readonly startTimeoutMs?: number;
  readonly onProgress?: (activity: string) => void;
  /** Called with the reports of `verify` and `features`; without it, only `verify` runs. */
  readonly onReport?: (report: SuiteReport) => void;
  /** Ends the run early; the server is stopped. */
  readonly signal?: AbortSignal;
}

export interface TryResult extends ContractResult {
  readonly directory: string;
  readonly executable: string;
  readonly contract: Contract;
  readonly verdict: "passed" | "failed";
  /** Time from the start of the process to the first successful `/health`. */
  readonly startMs: number;
  readonly durationMs: number;
}

/** A Godot project loads its main scene before it answers. */
const START_TIMEOUT_MS = 60_000;

/**
 * Starts an exported server headless on loopback, in a temporary directory with generated secrets and certificates, verifies it,
 * and stops it.
 * @throws OperationError with the last output of the server if it does not serve `/health`.
 */
export async function tryExport(directory: string, options: TryOptions): Promise<TryResult> {
  const started = Date.now();
  const build = readBuild(resolve(directory));
  const settings = readSettings(options.project);
  // The paths must consist of characters that need no quoting in variables, which a temporary directory does.
  const home = realpathSync(mkdtempSync(join(tmpdir(), "spacetime-vr-try-")));
  const paths = localPaths(home);
  let server: RunningServer | undefined;
  try {
    makeDirectory(paths.state);
    ensureSecrets(paths);
    await ensureCertificates(paths.tls, settings.gateway.domain);
    const ports = await choosePorts();
    options.onProgress?.(`starting ${build.executable}`);
    server = startServer(build, home, serverVariables(paths, settings, ports));
    const startMs = await waitForHealth(server, addressOf(paths, ports), options);
    options.onProgress?.("verifying");
    const report = await runOnServer("verify", paths, settings, ports, options.signal);
    options.onReport?.(report);
    if (options.onReport !== undefined)
      options.onReport(await runOnServer("features", paths, settings, ports, options.signal));
    const result = assessContract(report, options.contract);
    return {
      directory,
      executable: build.executable,
      contract: options.contract,
      verdict: result.failed.length === 0 ? "passed" : "failed",
      startMs,
      durationMs: Date.now() - started,
      ...result,
    };
  } finally {
    await server?.stop();
    rmSync(home, { recursive: true, force: true });
  }
}

async function choosePorts(): Promise<ServerPorts> {
  const taken = new Set<number>();
  const choose = async (protocol?: "udp"): Promise<number> => {
    const port = await preferPort(0, taken, protocol);
    taken.add(port);
    return port;
  };
  return {
    http: await choose(),
    telemetry: await choose(),
    discovery: await choose("udp"),
    dap: await choose(),
    lsp: await choose(),
  };
}

function serverVariables(
  paths: LocalPaths,
  settings: LocalSettings,
  ports: ServerPorts,
): Record<string, string> {
  // Without Postgres and Redis, the server runs on its own and says so in /status.
  return serverEnvironment(
    { paths },
    { release: { settings }, dataServices: { environment: {} }, behindNginx: false },
    ports,
  );
}

interface RunningServer {
  readonly child: ChildProcess;
  readonly output: () => string;
  readonly ended: () => boolean;
  readonly stop: () => Promise<void>;
}

/** The last output explains a failed start; a server can write much more. */
const MAX_OUTPUT = 4000;
const STOP_GRACE_MS = 5000;

function startServer(build: Build, home: string, variables: Record<string, string>): RunningServer {
  const { directory, executable, pack } = build;
  const named = pack === undefined || pack === executable.replace(/\.[^.]+$/, ".pck");
  const args = ["--headless", ...(named ? [] : ["--main-pack", join(directory, pack)])];
  const child = spawn(join(directory, executable), args, {
    cwd: directory,
    env: { ...baseEnvironment(), ...variables, HOME: home },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  let ended = false;
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (chunk: string) => {
      output = `${output}${chunk}`.slice(-MAX_OUTPUT);
    });
  }
  child.on("error", (error) => {
    output = `${output}${error.message}`;
    ended = true;
  });
  child.on("exit", () => {
    ended = true;
  });
  const stop = async (): Promise<void> => {
    if (ended) return;
    const exit = once(child, "exit");
    child.kill("SIGTERM");
    const timer = setTimeout(() => child.kill("SIGKILL"), STOP_GRACE_MS);
    await exit;
    clearTimeout(timer);
  };
  return { child, output: () => output, ended: () => ended, stop };
}

function addressOf(paths: LocalPaths, ports: ServerPorts): ServerAddress {
  return {
    port: ports.http,
    authorityFile: tlsFiles(paths.tls).authority,
    token: readSecret(paths.secrets, "api-token"),
  };
}

const POLL_INTERVAL_MS = 100;

async function waitForHealth(
  server: RunningServer,
  address: ServerAddress,
  { startTimeoutMs = START_TIMEOUT_MS, signal }: TryOptions,
): Promise<number> {
  const started = Date.now();
  let healthy = false;
  await pollUntil(
    async () => {
      healthy = await requestServer(address, "/health").then(
        ({ status }) => status === 200,
        () => false,
      );
      return healthy || server.ended() || signal?.aborted === true;
    },
    { timeoutMs: startTimeoutMs, intervalMs: POLL_INTERVAL_MS },
  );
  if (healthy) return Date.now() - started;
  const what = server.ended()
    ? "ended before it served /health"
    : `did not serve /health on https://${LOOPBACK}:${address.port}`;
  throw new OperationError(1, {
    subject: "the server",
    rule: `${what}; its last output: ${server.output().trim() || "none"}`,
    remedy: "Set GODOT_ENABLE_HTTP_API, which release builds disable by default, and read the output.",
  });
}

async function runOnServer(
  suite: "verify" | "features",
  paths: LocalPaths,
  settings: LocalSettings,
  ports: ServerPorts,
  signal: AbortSignal | undefined,
) {
  const local = createLocalTarget(paths, { ports }, { database: "none", redis: "none" });
  const { local: _processes, ...target } = createProbeTarget(local);
  const expected = defaultExpectations("local", settings.variables);
  return runSuite(suite, { ...target, expected }, signal === undefined ? {} : { signal });
}
