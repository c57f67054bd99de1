import { join } from "node:path";
import { InputError } from "../../../components/shared/errors.ts";
import { errorMessage } from "../../errors.ts";
import { writeFileAtomically } from "../files.ts";
import { serverPath } from "../paths.ts";
import type { OptionalService, Programs } from "../processes/installed-programs.ts";
import { LOOPBACK, preferPort } from "../processes/ports.ts";
import type { ProcessManager, StartResult } from "../processes/process-manager.ts";
import type { LocalSettings } from "../settings.ts";
import { tlsFiles } from "./certificates.ts";
import { gatewayPorts } from "./gateway.ts";
import { startPostgres } from "./postgres.ts";
import { startRedis } from "./redis.ts";
import { readSecret } from "./secrets.ts";

/** The data services of a server, with a function that stops those of the deployment. */
export interface DataServices {
  readonly database: "own" | "external" | "none";
  readonly redis: "own" | "external" | "none";
  /** The server's variables with their addresses and passwords. */
  readonly environment: Readonly<Record<string, string>>;
  /** Why a data service is not used, one sentence each. */
  readonly notes: readonly string[];
  /** Reloads a renewed certificate in the deployment's own data services. */
  readonly reloadCertificate: () => void;
  readonly stop: () => Promise<void>;
}

interface DataService {
  readonly kind: "own" | "external" | "none";
  readonly environment: Readonly<Record<string, string>>;
  readonly note?: string;
  readonly reloadCertificate: () => void;
  readonly stop: () => Promise<void>;
}

const NO_SERVICE = {
  environment: {},
  reloadCertificate: () => undefined,
  stop: async () => undefined,
} as const;

interface DataServicesOptions {
  readonly settings: LocalSettings;
  readonly programs: Programs;
  readonly without: readonly OptionalService[];
  /** The environment of the command, which may contain the address of an external data service. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Starts the deployment's own data services in parallel, or uses the configured external ones. */
export async function startDataServices(
  processManager: ProcessManager,
  options: DataServicesOptions,
): Promise<DataServices> {
  const started = await Promise.allSettled([
    startDatabaseService(processManager, options),
    startRedisService(processManager, options),
  ]);
  const failed = started.find((outcome) => outcome.status === "rejected");
  if (failed !== undefined) {
    for (const outcome of started) if (outcome.status === "fulfilled") await outcome.value.stop();
    throw failed.reason;
  }
  const services = started.flatMap((outcome) => (outcome.status === "fulfilled" ? [outcome.value] : []));
  const [first, second] = services;
  return {
    database: first?.kind ?? "none",
    redis: second?.kind ?? "none",
    environment: Object.assign({}, ...services.map(({ environment }) => environment)),
    notes: services.flatMap(({ note }) => note ?? []),
    reloadCertificate: () => {
      for (const { reloadCertificate } of services) reloadCertificate();
    },
    stop: async () => {
      await Promise.all(services.map(({ stop }) => stop()));
    },
  };
}

async function startDatabaseService(
  processManager: ProcessManager,
  options: DataServicesOptions,
): Promise<DataService> {
  const { settings, programs, without, env } = options;
  if (without.includes("postgres"))
    return absentService("Postgres is excluded: players are kept in the server's memory.");
  const given = externalDatabaseVariables(processManager, settings, env);
  if (given !== undefined) return { ...NO_SERVICE, kind: "external", environment: given };
  const alone = "players are kept in the server's memory";
  if (programs.postgres === undefined) return absentService(`Postgres is not installed: ${alone}.`);
  const { postgres } = programs;
  const started = await startOnFreePort(
    Number(settings.variables.GODOT_DATABASE_PORT ?? 5432),
    gatewayPorts(settings.port),
    (port) => startPostgres(processManager, postgres, port),
  );
  if ("reason" in started) return absentService(`${started.reason}: ${alone}.`);
  const { part } = started;
  return {
    kind: "own",
    environment: {
      GODOT_DATABASE_HOST: LOOPBACK,
      GODOT_DATABASE_PORT: String(part.port),
      GODOT_DATABASE_NAME: part.database,
      GODOT_DATABASE_USER: part.user,
      GODOT_DATABASE_CA_PATH: serverPath(tlsFiles(processManager.paths.tls).authority),
      GODOT_DATABASE_PASSWORD: readSecret(processManager.paths.secrets, "postgres-app-password"),
    },
    ...(part.note === undefined ? {} : { note: part.note }),
    reloadCertificate: part.reloadCertificate,
    // Fast shutdown: the server has disconnected, and other clients must not delay the shutdown.
    stop: () => part.process.stop(20_000),
  };
}

/**
 * Another process may take a port between the search and the start; more than two failures in a row are not a
 * coincidence.
 */
const MAX_ATTEMPTS = 3;

async function startOnFreePort<Part>(
  wanted: number,
  reserved: readonly number[],
  start: (port: number) => Promise<StartResult<Part>>,
): Promise<StartResult<Part>> {
  for (let attempt = 1; ; attempt += 1) {
    const port = await preferPort(attempt === 1 ? wanted : 0, new Set(reserved));
    const outcome = await start(port).catch((error: unknown) => ({ error }));
    const message =
      "error" in outcome ? errorMessage(outcome.error) : "reason" in outcome ? outcome.reason : "";
    if (attempt < MAX_ATTEMPTS && /address already in use/i.test(message)) continue;
    if ("error" in outcome) throw outcome.error;
    return outcome;
  }
}

function absentService(note: string): DataService {
  return { ...NO_SERVICE, kind: "none", note };
}

/** The variables with which the command's environment may address an external data service. */
const DATABASE_VARIABLES = ["HOST", "PORT", "NAME", "USER", "PASSWORD", "CA_PATH", "TLS_MODE"].map(
  (name) => `GODOT_DATABASE_${name}`,
);
const REDIS_VARIABLES = ["HOST", "PORT", "PASSWORD", "TLS_ENABLED"].map((name) => `GODOT_REDIS_${name}`);

function pickVariables(env: DataServicesOptions["env"], names: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = env[name];
      return value === undefined || value === "" ? [] : [[name, value]];
    }),
  );
}

/** An external database, configured in the command's environment or in Pulumi.local.yaml. */
function externalDatabaseVariables(
  { paths }: ProcessManager,
  { database: external }: LocalSettings,
  env: DataServicesOptions["env"],
): Record<string, string> | undefined {
  const given = pickVariables(env, DATABASE_VARIABLES);
  if (given.GODOT_DATABASE_HOST !== undefined) return given;
  if (external.kind === "own") return undefined;
  if (given.GODOT_DATABASE_PASSWORD === undefined) {
    throw new InputError("The database of Pulumi.local.yaml cannot be used:", [
      {
        subject: "GODOT_DATABASE_PASSWORD",
        rule: `is missing: ${external.user}@${external.host} needs it, and only Pulumi can decrypt databasePassword`,
        remedy: "Set it in the environment of this command, or exclude the database with --without postgres.",
      },
    ]);
  }
  const authority = join(paths.tls, "database-ca.crt");
  writeFileAtomically(authority, external.caCertificate, 0o644);
  return {
    GODOT_DATABASE_HOST: external.host,
    GODOT_DATABASE_PORT: String(external.port),
    GODOT_DATABASE_NAME: external.name,
    GODOT_DATABASE_USER: external.user,
    GODOT_DATABASE_CA_PATH: serverPath(authority),
    GODOT_DATABASE_PASSWORD: given.GODOT_DATABASE_PASSWORD,
  };
}

async function startRedisService(
  processManager: ProcessManager,
  { settings, programs, without, env }: DataServicesOptions,
): Promise<DataService> {
  if (without.includes("redis"))
    return absentService("Redis is excluded: limits and sessions are kept in the server's memory.");
  const given = pickVariables(env, REDIS_VARIABLES);
  if (given.GODOT_REDIS_HOST !== undefined) return { ...NO_SERVICE, kind: "external", environment: given };
  const alone = "limits and sessions are kept in the server's memory";
  if (programs.redis === undefined) return absentService(`Redis is not installed: ${alone}.`);
  const { redis: program } = programs;
  const started = await startOnFreePort(
    Number(settings.variables.GODOT_REDIS_PORT ?? 6379),
    gatewayPorts(settings.port),
    (port) => startRedis(processManager, program, port),
  );
  if ("reason" in started) return absentService(`${started.reason}: ${alone}.`);
  const { part } = started;
  return {
    kind: "own",
    environment: {
      GODOT_REDIS_HOST: LOOPBACK,
      GODOT_REDIS_PORT: String(part.port),
      GODOT_REDIS_TLS_ENABLED: "true",
      GODOT_REDIS_PASSWORD: readSecret(processManager.paths.secrets, "redis-password"),
    },
    // Redis reads its certificate only at startup, so it is restarted, which the server tolerates.
    reloadCertificate: () => part.process.restart(),
    stop: () => part.process.stop(5000),
  };
}
