import { gameServerConfig, gatewayConfig } from "../../components/config/component-configs/index.ts";
import { parseConfig } from "../../components/config/load-config.ts";
import { readStackFile } from "../../components/config/stack-file/read-stack-file.ts";
import { InputError } from "../../components/shared/errors.ts";

/** The location of the database: started by the deployment, or external. */
type DatabaseSettings =
  | { readonly kind: "own" }
  | {
      readonly kind: "external";
      readonly host: string;
      readonly port: number;
      readonly name: string;
      readonly user: string;
      readonly caCertificate: string;
    };

/** The settings of Pulumi.local.yaml that local processes need; each release stores them. */
export interface LocalSettings {
  /** The non-secret ones of the 119 variables; ports, paths and addresses of each start override them. */
  readonly variables: Readonly<Record<string, string>>;
  readonly gateway: {
    readonly domain: string;
    readonly shield: {
      readonly requestsPerSecond: number;
      readonly burst: number;
      readonly connections: number;
    };
    readonly maxBodyBytes: number;
  };
  /** The gateway port. */
  readonly port: number;
  /** Time for sessions to move before they are closed. */
  readonly drainSeconds: number;
  readonly database: DatabaseSettings;
}

/** The default port without a configured node port: the listen port of the gateway's pods. */
const DEFAULT_GATEWAY_PORT = 8443;

/**
 * Reads the settings of the local environment.
 * @throws InputError with every problem of Pulumi.local.yaml.
 */
export function readSettings(project: string, port?: number): LocalSettings {
  const config = parseConfig(readStackFile(project, "local"));
  const { nginx, exposure } = gatewayConfig(config);
  const { domain, shield, maxBodyBytes, drainSeconds } = nginx;
  return {
    variables: gameServerConfig(config).variables,
    gateway: { domain, shield, maxBodyBytes },
    port: port ?? (exposure.kind === "node-port" ? exposure.port : DEFAULT_GATEWAY_PORT),
    drainSeconds,
    database: readDatabaseSettings(config.database),
  };
}

type StackDatabase = ReturnType<typeof parseConfig>["database"];

function readDatabaseSettings(database: StackDatabase): DatabaseSettings {
  switch (database.kind) {
    case "in-cluster":
      return { kind: "own" };
    case "external": {
      const { kind, host, port, name, user, caCertificate } = database;
      return { kind, host, port, name, user, caCertificate };
    }
    case "rds":
      throw new InputError("The environment cannot be deployed on this machine:", [
        {
          subject: "spacetime-vr:database",
          value: database.kind,
          rule: "must be a database that this machine can run or reach",
          remedy:
            "Use kind in-cluster (a Postgres process of this deployment) or external in Pulumi.local.yaml.",
        },
      ]);
    default: {
      const exhaustive: never = database;
      return exhaustive;
    }
  }
}
