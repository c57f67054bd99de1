import type { SecretName } from "../../shared/secret-names.ts";
import type { Config } from "../config.ts";

import { getBooleanVariable, getIntegerVariable } from "../variables/read-variable.ts";
import { deregistrationSeconds } from "./gateway-config.ts";

/** The game server's pools and plain variables. */
export function gameServerConfig(config: Config) {
  const plain = [...config.variables.values()].flatMap((variable) =>
    variable.kind === "plain" ? [[variable.definition.name, variable.value] as const] : [],
  );
  return {
    environment: config.environment,
    pools: config.gameServer.pools,
    databaseCaCertificates: databaseCaCertificates(config),
    variables: Object.fromEntries(plain),
  };
}

/** The game server's pod. */
export function gameServerPodConfig(config: Config) {
  const debug = getBooleanVariable(config, "GODOT_DEBUG_ADAPTERS_ENABLED")
    ? { dap: getIntegerVariable(config, "GODOT_DAP_PORT"), lsp: getIntegerVariable(config, "GODOT_LSP_PORT") }
    : undefined;
  return {
    image: config.gameServer.image,
    ports: { ...gameServerPorts(config), debug },
    drainSeconds: config.gameServer.drainSeconds,
    deregistrationSeconds: deregistrationSeconds(config),
  };
}

/** The game server's variables whose values are generated secrets. */
export function secretVariables(config: Config): { readonly name: string; readonly secret: SecretName }[] {
  return [...config.variables.values()].flatMap((variable) =>
    variable.kind === "secret" ? [{ name: variable.definition.name, secret: variable.secret }] : [],
  );
}

/** The ports that the game server listens on. */
export function gameServerPorts(config: Config) {
  return {
    http: getIntegerVariable(config, "GODOT_HTTP_PORT"),
    telemetry: getIntegerVariable(config, "GODOT_TELEMETRY_PORT"),
    discovery: getIntegerVariable(config, "GODOT_DISCOVERY_PORT"),
  };
}

/** PEM certificates of the CA that signs the database's certificate, unless that is the internal CA. */
function databaseCaCertificates({ database }: Config): string | undefined {
  switch (database.kind) {
    case "in-cluster":
      return undefined;
    case "rds":
      return database.caCertificates;
    case "external":
      return database.caCertificate;
  }
}
