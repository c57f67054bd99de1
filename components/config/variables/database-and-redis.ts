import { serviceHost } from "../../shared/network/application-flows.ts";
import { UNKNOWN_UNTIL_APPLY, type VariableCategory, type VariableContext } from "./types.ts";
import { filePath, host, postgresIdentifier } from "./value-types.ts";
import {
  boolean,
  choice,
  defineDerived,
  defineSecret,
  defineSetting,
  integer,
  port,
  text,
} from "./variable-builders.ts";

const IN_CLUSTER_DATABASE = {
  host: serviceHost("postgres"),
  port: 5432,
  name: "spacetime",
  user: "spacetime_app",
  caPath: "/run/secrets/tls/ca.crt",
} as const;

/** RDS assigns the address; database and role have the same names as in the cluster, so that dumps are portable. */
const RDS_DATABASE = {
  ...IN_CLUSTER_DATABASE,
  host: UNKNOWN_UNTIL_APPLY,
  caPath: "/run/secrets/database/ca.crt",
} as const;

/** How the server connects to the database; the CA of an external database or of RDS has its own mount. */
function databaseConnection({ stack }: VariableContext) {
  switch (stack.database.kind) {
    case "in-cluster":
      return IN_CLUSTER_DATABASE;
    case "rds":
      return RDS_DATABASE;
    case "external":
      return { ...stack.database, caPath: "/run/secrets/database/ca.crt" };
  }
}

/** Player and world state. */
export const DATABASE: VariableCategory = {
  title: "Database",
  variables: [
    defineDerived({
      name: "GODOT_DATABASE_HOST",
      type: host,
      from: "database",
      derive: (context) => databaseConnection(context).host,
      description:
        "Host of the Postgres database for players and the world. Without it, the server keeps both in memory.",
    }),
    defineDerived({
      name: "GODOT_DATABASE_PORT",
      type: port,
      from: "database",
      derive: (context) => databaseConnection(context).port,
      otherReaders: ["kubernetes"],
      description: "TCP port of Postgres.",
    }),
    defineDerived({
      name: "GODOT_DATABASE_NAME",
      type: postgresIdentifier,
      from: "database",
      derive: (context) => databaseConnection(context).name,
      otherReaders: ["kubernetes"],
      description: "Name of the database.",
    }),
    defineDerived({
      name: "GODOT_DATABASE_USER",
      type: postgresIdentifier,
      from: "database",
      derive: (context) => databaseConnection(context).user,
      otherReaders: ["kubernetes"],
      description: "Postgres role of the server; it owns only its own tables.",
    }),
    defineSecret({
      name: "GODOT_DATABASE_PASSWORD",
      secret: "postgres-app-password",
      description:
        "Password of that role. With an external database, the encrypted databasePassword is used instead.",
    }),
    defineDerived({
      name: "GODOT_DATABASE_CA_PATH",
      type: filePath,
      from: "database",
      derive: (context) => databaseConnection(context).caPath,
      description: "PEM file with the CA certificates that the database's certificate is verified against.",
    }),
    defineSetting({
      name: "GODOT_DATABASE_TLS_MODE",
      type: choice("require", "verify-ca", "verify-full"),
      default: "verify-full",
      description:
        "TLS mode of the connection, as in libpq's sslmode; verify-full also verifies the host name.",
    }),
    defineSetting({
      name: "GODOT_DATABASE_POOL_SIZE",
      type: integer(1, 100),
      default: { local: 2, staging: 5, production: 5, package: 5 },
      description:
        "Size of one server's connection pool. The pools of all servers must fit into the Postgres connection limit.",
    }),
    defineSetting({
      name: "GODOT_DATABASE_CONNECT_TIMEOUT_SECONDS",
      type: integer(1, 60),
      default: 5,
      description: "Timeout for opening a connection.",
    }),
    defineSetting({
      name: "GODOT_DATABASE_STATEMENT_TIMEOUT_MS",
      type: integer(100, 600000),
      default: 5000,
      description: "Timeout after which Postgres cancels a statement.",
    }),
    defineSetting({
      name: "GODOT_DATABASE_MIGRATE_ON_START",
      type: boolean,
      default: true,
      description: "Applies pending migrations, under a lock, before the server reports ready.",
    }),
    defineSecret({
      name: "GODOT_WORLD_DATA_KEY",
      secret: "world-data-key",
      description: "Key that encrypts world objects in the database.",
    }),
    defineSecret({
      name: "GODOT_PLAYER_DATA_KEY",
      secret: "player-data-key",
      description: "Key that encrypts player records in the database.",
    }),
    defineSetting({
      name: "GODOT_WORLD_SAVE_INTERVAL_SECONDS",
      type: integer(1, 3600),
      default: { local: 10, staging: 30, production: 30, package: 30 },
      description: "Interval at which changed world objects are saved; a crash loses at most this much.",
    }),
  ],
};

/** Sessions, mesh state and rate-limit counters, shared by all servers. */
export const REDIS: VariableCategory = {
  title: "Redis and caching",
  variables: [
    defineDerived({
      name: "GODOT_REDIS_HOST",
      type: host,
      from: "redis",
      derive: ({ stack }) =>
        stack.redis.kind === "elasticache" ? UNKNOWN_UNTIL_APPLY : serviceHost("redis"),
      description: "Host of Redis. Without it, the server shares no state with other servers.",
    }),
    defineDerived({
      name: "GODOT_REDIS_PORT",
      type: port,
      from: "redis",
      derive: () => 6379,
      otherReaders: ["kubernetes"],
      description: "TCP port of Redis.",
    }),
    defineSecret({
      name: "GODOT_REDIS_PASSWORD",
      secret: "redis-password",
      description: "Password of Redis.",
    }),
    defineDerived({
      name: "GODOT_REDIS_TLS_ENABLED",
      type: boolean,
      from: "redis",
      derive: () => true,
      description: "Uses TLS for Redis and verifies its certificate against GODOT_TLS_CA_PATH.",
    }),
    defineSetting({
      name: "GODOT_REDIS_KEY_PREFIX",
      type: text(/^[a-z0-9:_-]{1,40}$/, "spacetime:"),
      default: "spacetime:",
      description: "Prefix of every key in Redis.",
    }),
    defineSetting({
      name: "GODOT_REDIS_COMMAND_TIMEOUT_MS",
      type: integer(10, 60000),
      default: 500,
      description: "Timeout of a Redis command.",
    }),
    defineSetting({
      name: "GODOT_SESSION_TTL_SECONDS",
      type: integer(60, 604800),
      default: 3600,
      description:
        "How long a session is kept after its player disconnects, so that the player can reconnect to any server.",
    }),
    defineSetting({
      name: "GODOT_CACHE_TTL_SECONDS",
      type: integer(0, 86400),
      default: { local: 0, staging: 60, production: 60, package: 60 },
      description: "How long CacheManager keeps an entry; 0 disables caching.",
    }),
    defineSetting({
      name: "GODOT_CACHE_MAX_ENTRIES",
      type: integer(0, 1000000),
      default: 10000,
      description: "Maximum number of entries in CacheManager; the least recently used is evicted first.",
    }),
  ],
};
