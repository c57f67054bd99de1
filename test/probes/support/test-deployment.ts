import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type CheckContext, openCheckContext } from "../../../probes/check-context.ts";
import { Secret } from "../../../probes/secret.ts";
import { defaultExpectations } from "../../../probes/target/expectations.ts";
import type { LocalTarget } from "../../../probes/target/local-target.ts";
import type { Target } from "../../../probes/target/target.ts";
import type { Fault } from "../../../reference-server/faults.ts";
import { createSelfSignedCertificate } from "../../../reference-server/self-signed-certificate.ts";
import { type RunningServer, startServer } from "../../../reference-server/server.ts";
import {
  API_TOKEN,
  createTestEnv,
  type Env,
  SCRAPE_TOKEN,
} from "../../reference-server/support/test-server.ts";

/** A reference server with TLS and the state directory of a local deployment. */
export interface TestDeployment {
  readonly server: RunningServer;
  readonly target: Target;
  readonly directory: string;
  readonly stop: () => Promise<void>;
}

const RELEASE = "20260101-000000-0123456789";

/** Starts a test deployment. The speed limits are set wide, so that a test does not fail on a busy machine. */
export async function startTestDeployment(
  faults: readonly Fault[] = [],
  changes: Env = {},
): Promise<TestDeployment> {
  const directory = mkdtempSync(join(tmpdir(), "spacetime-vr-probes-"));
  const state = join(directory, ".spacetime-vr", "local");
  const { cert, key } = await createSelfSignedCertificate(30);
  for (const name of ["logs", "secrets", "tls", `releases/${RELEASE}`]) {
    mkdirSync(join(state, name), { recursive: true, mode: 0o700 });
  }
  const write = (name: string, text: string): string => {
    writeFileSync(join(state, name), text, { mode: 0o600, flag: "a" });
    return join(state, name);
  };
  const env = await createTestEnv({
    GODOT_ENV: "local",
    GODOT_TLS_ENABLED: "true",
    GODOT_TLS_CERT_PATH: write("tls/tls.crt", cert),
    GODOT_TLS_KEY_PATH: write("tls/server.key", key),
    GODOT_DEBUG_ADAPTERS_ENABLED: "false",
    GODOT_RATE_LIMIT_GLOBAL_PER_MINUTE: "100000",
    GODOT_RATE_LIMIT_STATUS_PER_MINUTE: "100000",
    GODOT_RATE_LIMIT_SCENE_WRITE_PER_MINUTE: "1000",
    GODOT_IDS_ENABLED: "false",
    GODOT_MEMORY_TARGET_MB: "4000",
    ...changes,
  });
  let stopped: Promise<void> | undefined;
  const started = await startServer(env, {
    faults,
    write: (line) => {
      // A slow response may be logged after the server was stopped and its directory removed.
      if (stopped === undefined) write("logs/server.log", `${line}\n`);
    },
  });
  const server = {
    ...started,
    stop: () => {
      stopped ??= started.stop();
      return stopped;
    },
  };
  const port = (name: string): number => Number(env[name]);
  const url = `https://127.0.0.1:${port("GODOT_HTTP_PORT")}`;
  const local: LocalTarget = {
    version: 1,
    environment: "local",
    url,
    telemetryUrl: `wss://127.0.0.1:${port("GODOT_TELEMETRY_PORT")}/telemetry`,
    serverName: "localhost",
    authorityFile: join(state, "tls/tls.crt"),
    apiTokenFile: write("secrets/api-token", API_TOKEN),
    metricsTokenFile: write("secrets/metrics-scrape-token", SCRAPE_TOKEN),
    serverUrl: url,
    debugPorts: { dap: port("GODOT_DAP_PORT"), lsp: port("GODOT_LSP_PORT") },
    stateDirectory: state,
    gateway: "none",
    database: "none",
    redis: "none",
  };
  write("secrets/jwt-signing-key", env.GODOT_JWT_SIGNING_KEY ?? "");
  write("target.json", JSON.stringify(local));
  write("current.json", JSON.stringify({ release: RELEASE }));
  write(`releases/${RELEASE}/complete`, "");
  const processes = [{ name: "server-a", state: "running", pid: process.pid, restarts: 0 }];
  write("running.json", JSON.stringify({ release: RELEASE, processes }));
  const target: Target = {
    name: "local",
    environment: "local",
    url,
    telemetryUrl: local.telemetryUrl,
    serverName: "localhost",
    serverUrl: url,
    authority: cert,
    apiToken: new Secret(API_TOKEN),
    metricsToken: new Secret(SCRAPE_TOKEN),
    debugPorts: local.debugPorts,
    expected: { ...defaultExpectations("local"), alertFps: 20, targetFps: 200, memoryMb: 4000, cores: 64 },
    local,
    monitoring: {},
    historyDirectory: state,
  };
  const stop = async (): Promise<void> => {
    await server.stop();
    rmSync(directory, { recursive: true, force: true });
  };
  return { server, target, directory, stop };
}

/** A probe context for the deployment, which the caller closes. */
export function openTestContext(target: Target): {
  readonly context: CheckContext;
  readonly close: () => void;
} {
  return openCheckContext(target, { signal: new AbortController().signal, retryBudgetMs: 200 });
}
