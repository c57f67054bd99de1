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

/** RDS chooses the address; the names are the same as in the cluster, so that a dump fits either. */
const RDS_DATABASE = {
  ...IN_CLUSTER_DATABASE,
  host: UNKNOWN_UNTIL_APPLY,
  caPath: "/run/secrets/database/ca.crt",
} as const;

/** The database as the server addresses it; another authority's certificate has a mount of its own. */
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
        "Host of the Postgres that holds players and the world. A server without it keeps both in memory.",
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
      description: "Role that the server logs in as; it owns its tables and nothing else.",
    }),
    defineSecret({
      name: "GODOT_DATABASE_PASSWORD",
      secret: "postgres-app-password",
      description:
        "Password of that role. With an external database the encrypted databasePassword stands in its place.",
    }),
    defineDerived({
      name: "GODOT_DATABASE_CA_PATH",
      type: filePath,
      from: "database",
      derive: (context) => databaseConnection(context).caPath,
      description: "The authority that the database's certificate must come from, PEM.",
    }),
    defineSetting({
      name: "GODOT_DATABASE_TLS_MODE",
      type: choice("require", "verify-ca", "verify-full"),
      default: "verify-full",
      description: "How the connection is secured, in libpq's words; verify-full also checks the host name.",
    }),
    defineSetting({
      name: "GODOT_DATABASE_POOL_SIZE",
      type: integer(1, 100),
      default: { local: 2, staging: 5, production: 5, package: 5 },
      description:
        "Connections that one server keeps. All servers together must fit into what Postgres accepts.",
    }),
    defineSetting({
      name: "GODOT_DATABASE_CONNECT_TIMEOUT_SECONDS",
      type: integer(1, 60),
      default: 5,
      description: "Time a new connection may take.",
    }),
    defineSetting({
      name: "GODOT_DATABASE_STATEMENT_TIMEOUT_MS",
      type: integer(100, 600000),
      default: 5000,
      description: "Time one statement may take before Postgres cancels it.",
    }),
    defineSetting({
      name: "GODOT_DATABASE_MIGRATE_ON_START",
      type: boolean,
      default: true,
      description: "Applies missing migrations, under a lock, before the server reports itself ready.",
    }),
    defineSecret({
      name: "GODOT_WORLD_DATA_KEY",
      secret: "world-data-key",
      description: "Key that encrypts world objects in the database.",
    }),
    defineSecret({
      name: "GODOT_PLAYER_DATA_KEY",
      secret: "player-data-key",
      description: "Key that encrypts players' records in the database.",
    }),
    defineSetting({
      name: "GODOT_WORLD_SAVE_INTERVAL_SECONDS",
      type: integer(1, 3600),
      default: { local: 10, staging: 30, production: 30, package: 30 },
      description: "Time between two writes of changed world objects: what a crash can lose.",
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
      description: "Host of Redis. A server without it shares nothing with others.",
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
      description: "Speaks TLS with Redis and checks its certificate against GODOT_TLS_CA_PATH.",
    }),
    defineSetting({
      name: "GODOT_REDIS_KEY_PREFIX",
      type: text(/^[a-z0-9:_-]{1,40}$/, "spacetime:"),
      default: "spacetime:",
      description: "Prefix of every key.",
    }),
    defineSetting({
      name: "GODOT_REDIS_COMMAND_TIMEOUT_MS",
      type: integer(10, 60000),
      default: 500,
      description: "Time one command may take before it counts as failed.",
    }),
    defineSetting({
      name: "GODOT_SESSION_TTL_SECONDS",
      type: integer(60, 604800),
      default: 3600,
      description:
        "How long a session survives without its player, so that a reconnect finds it on any server.",
    }),
    defineSetting({
      name: "GODOT_CACHE_TTL_SECONDS",
      type: integer(0, 86400),
      default: { local: 0, staging: 60, production: 60, package: 60 },
      description: "How long CacheManager keeps an entry; 0 switches it off.",
    }),
    defineSetting({
      name: "GODOT_CACHE_MAX_ENTRIES",
      type: integer(0, 1000000),
      default: 10000,
      description: "Entries that CacheManager holds before it drops the least recently used.",
    }),
  ],
};
