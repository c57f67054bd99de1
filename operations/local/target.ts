import type { LocalTarget } from "../../probes/target/local-target.ts";
import { tlsFiles } from "./authority.ts";
import type { Front } from "./front.ts";
import type { GameServer } from "./game-server.ts";
import type { LocalPaths } from "./paths.ts";
import { secretFile } from "./secrets.ts";
import type { Stores } from "./stores.ts";

/**
 * Where probes find the deployment; without a front, where they find the server alone, before anybody is led to it.
 * It names files with tokens, never tokens.
 */
export function targetOf(
  paths: LocalPaths,
  { ports }: Pick<GameServer, "ports">,
  stores: Pick<Stores, "database" | "redis">,
  front?: Pick<Front, "kind" | "url" | "telemetryUrl">,
): LocalTarget {
  const serverUrl = `https://localhost:${ports.http}`;
  return {
    version: 1,
    environment: "local",
    url: front?.url ?? serverUrl,
    telemetryUrl: front?.telemetryUrl ?? `wss://localhost:${ports.telemetry}/telemetry`,
    serverName: "localhost",
    authorityFile: tlsFiles(paths.tls).authority,
    apiTokenFile: secretFile(paths.secrets, "api-token"),
    metricsTokenFile: secretFile(paths.secrets, "metrics-scrape-token"),
    serverUrl,
    debugPorts: { dap: ports.dap, lsp: ports.lsp },
    stateDirectory: paths.state,
    gateway: front?.kind ?? "none",
    database: stores.database === "none" ? "none" : "postgres",
    redis: stores.redis === "none" ? "none" : "redis",
  };
}
