import type { LocalTarget } from "../../../probes/target/local-target.ts";
import type { LocalPaths } from "../paths.ts";
import { tlsFiles } from "../services/certificates.ts";
import type { DataServices } from "../services/data-services.ts";
import type { GameServer } from "../services/game-server.ts";
import type { Gateway } from "../services/gateway.ts";
import { secretFile } from "../services/secrets.ts";

/**
 * The probe target of the deployment; without a gateway, of the server alone before players are routed to it. It
 * contains paths of token files, never tokens.
 */
export function createLocalTarget(
  paths: LocalPaths,
  { ports }: Pick<GameServer, "ports">,
  dataServices: Pick<DataServices, "database" | "redis">,
  gateway?: Pick<Gateway, "kind" | "url" | "telemetryUrl">,
): LocalTarget {
  const serverUrl = `https://localhost:${ports.http}`;
  return {
    version: 1,
    environment: "local",
    url: gateway?.url ?? serverUrl,
    telemetryUrl: gateway?.telemetryUrl ?? `wss://localhost:${ports.telemetry}/telemetry`,
    serverName: "localhost",
    authorityFile: tlsFiles(paths.tls).authority,
    apiTokenFile: secretFile(paths.secrets, "api-token"),
    metricsTokenFile: secretFile(paths.secrets, "metrics-scrape-token"),
    serverUrl,
    debugPorts: { dap: ports.dap, lsp: ports.lsp },
    stateDirectory: paths.state,
    gateway: gateway?.kind ?? "none",
    database: dataServices.database === "none" ? "none" : "postgres",
    redis: dataServices.redis === "none" ? "none" : "redis",
  };
}
