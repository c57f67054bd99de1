import type * as pulumi from "@pulumi/pulumi";
import type { AwsEnvironment } from "../shared/aws/aws-environment.ts";
import { dependsOnList } from "../shared/depends-on.ts";
import type { Environment } from "../shared/environments.ts";
import type { Placement } from "../shared/kubernetes/pod-spec.ts";
import { amazonRootCertificates } from "./amazon-root-certificates.ts";
import { DatabaseBootstrap } from "./database-bootstrap.ts";
import { ElastiCacheRedis, type ElastiCacheSettings } from "./elasticache-redis.ts";
import type { InClusterDataStoreArgs } from "./in-cluster-data-store.ts";
import { BACKUP_ROLE, Postgres, type PostgresArchiving } from "./postgres.ts";
import { RdsPostgres, type RdsSettings } from "./rds-postgres.ts";
import { Redis } from "./redis.ts";

type InClusterConfig = { readonly kind: "in-cluster" } & Pick<
  InClusterDataStoreArgs,
  "storage" | "resources"
>;

/** The database and Redis as configured in the stack file. */
interface DataStoresArgs {
  readonly environment: Environment;
  readonly database: { readonly port: number; readonly name: string; readonly applicationRole: string } & (
    | InClusterConfig
    | ({ readonly kind: "rds"; readonly caCertificates: string } & RdsSettings)
    /** An external database: no resources are created. */
    | { readonly kind: "external" }
  );
  readonly redis: { readonly port: number } & (
    | InClusterConfig
    | ({ readonly kind: "elasticache" } & ElastiCacheSettings)
  );
  /** Retention of database and Redis logs on AWS in days. */
  readonly logRetentionDays: number;
}

type DataStoreName = "postgres" | "redis";

/** Outputs of other components that the databases need. */
interface DataStoresContext {
  readonly storageClass: string;
  /** The Secret objects with the passwords. */
  readonly secretNames: Readonly<Record<DataStoreName, string>>;
  /** The certificates of the internal CA; a managed database or Redis has none. */
  readonly tls: Readonly<Record<DataStoreName, InClusterDataStoreArgs["tls"] | undefined>>;
  readonly aws: AwsEnvironment | undefined;
  readonly topicArn: pulumi.Output<string> | undefined;
  readonly redisPassword: pulumi.Output<string> | undefined;
  /** The namespace of the Job that creates the roles of a managed database. */
  readonly placement: Placement;
  /** How an in-cluster Postgres archives its WAL; undefined without backups. */
  readonly archiving: PostgresArchiving | undefined;
}

/** A variable of the game server whose value is a provider output. */
interface DeployedVariable {
  readonly name: string;
  readonly value: pulumi.Output<string>;
}

/** The interface of the database and Redis to the rest of the program. */
export interface DataStores {
  /** Resources that game servers depend on. */
  readonly resources: pulumi.Resource[];
  readonly deployedVariables: DeployedVariable[];
  /** PEM certificates if Redis does not use the internal CA. */
  readonly redisCaCertificates: string | undefined;
  /** The identifiers of the RDS instance and the ElastiCache group, as their outputs, for alarms. */
  readonly database:
    | {
        readonly identifier: pulumi.Output<string>;
        readonly storageGib: number;
        readonly maxConnections: number;
      }
    | undefined;
  readonly redis: { readonly identifier: pulumi.Output<string>; readonly nodes: number } | undefined;
}

/** The outputs of one database. */
type DataStorePart = Partial<DataStores> & Pick<DataStores, "resources">;

/** Creates the database and Redis of the configured kinds. */
export function createDataStores(
  kinds: DataStoresArgs,
  context: DataStoresContext,
  opts: pulumi.ComponentResourceOptions,
): DataStores {
  const redis = createRedis(kinds, context, opts);
  const database = createDatabase(kinds, context, opts);
  return {
    resources: [...redis.resources, ...database.resources],
    deployedVariables: [...(redis.deployedVariables ?? []), ...(database.deployedVariables ?? [])],
    redisCaCertificates: redis.redisCaCertificates,
    database: database.database,
    redis: redis.redis,
  };
}

function createRedis(
  { environment, redis, logRetentionDays }: DataStoresArgs,
  context: DataStoresContext,
  opts: pulumi.ComponentResourceOptions,
): DataStorePart {
  switch (redis.kind) {
    case "in-cluster":
      return {
        resources: [new Redis("redis", { ...redis, ...inClusterArgs("redis", environment, context) }, opts)],
      };
    case "elasticache": {
      const aws = requireValue(context.aws, "ElastiCache", "an AWS account");
      const topicArn = requireValue(context.topicArn, "ElastiCache", "a topic for its events");
      const password = requireValue(context.redisPassword, "ElastiCache", "a password");
      const elastiCache = new ElastiCacheRedis(
        "redis",
        { ...redis, environment, aws, topicArn, password, logRetentionDays },
        opts,
      );
      return {
        resources: [elastiCache],
        deployedVariables: [{ name: "GODOT_REDIS_HOST", value: elastiCache.host }],
        redisCaCertificates: amazonRootCertificates(),
        redis: { identifier: elastiCache.identifier, nodes: redis.nodes },
      };
    }
    default: {
      const exhaustive: never = redis;
      return exhaustive;
    }
  }
}

function createDatabase(
  { environment, database, logRetentionDays }: DataStoresArgs,
  context: DataStoresContext,
  opts: pulumi.ComponentResourceOptions,
): DataStorePart {
  const roles = { database: database.name, applicationRole: database.applicationRole };
  switch (database.kind) {
    case "external":
      return { resources: [] };
    case "in-cluster":
      return {
        resources: [
          new Postgres(
            "postgres",
            {
              ...database,
              ...roles,
              ...inClusterArgs("postgres", environment, context),
              archiving: context.archiving,
            },
            opts,
          ),
        ],
      };
    case "rds": {
      const aws = requireValue(context.aws, "RDS", "an AWS account");
      const { port } = database;
      const instance = new RdsPostgres(
        "postgres",
        { ...database, environment, aws, database: database.name, logRetentionDays },
        opts,
      );
      const bootstrap = new DatabaseBootstrap(
        "database-bootstrap",
        {
          ...roles,
          backupRole: BACKUP_ROLE,
          environment,
          aws,
          port,
          host: instance.host,
          masterSecretArn: instance.masterSecretArn,
          caCertificates: database.caCertificates,
          secretName: context.secretNames.postgres,
          placement: context.placement,
        },
        { ...opts, dependsOn: [...dependsOnList(opts), instance] },
      );
      return {
        resources: [instance, bootstrap],
        deployedVariables: [{ name: "GODOT_DATABASE_HOST", value: instance.host }],
        database: {
          identifier: instance.identifier,
          storageGib: database.storageGib,
          maxConnections: database.maxConnections,
        },
      };
    }
    default: {
      const exhaustive: never = database;
      return exhaustive;
    }
  }
}

function inClusterArgs(name: DataStoreName, environment: Environment, context: DataStoresContext) {
  return {
    environment,
    storageClass: context.storageClass,
    secretName: context.secretNames[name],
    tls: requireValue(context.tls[name], name, "an internal certificate"),
  };
}

function requireValue<Value>(value: Value | undefined, store: string, what: string): Value {
  if (value === undefined) throw new Error(`${store} without ${what} passed cross-field validation.`);
  return value;
}
