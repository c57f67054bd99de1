import type * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { certificateReloadScript } from "../shared/kubernetes/certificate-reload.ts";
import { IMAGES, imageReference } from "../shared/kubernetes/images.ts";
import {
  emptyDirVolume,
  guaranteedResources,
  RESTRICTED_SECURITY_CONTEXT,
} from "../shared/kubernetes/pod-spec.ts";
import { parseByteQuantity } from "../shared/kubernetes/quantities.ts";
import {
  createInClusterDataStore,
  type InClusterDataStoreArgs,
  type InClusterDataStoreSpec,
} from "./in-cluster-data-store.ts";
import { renderPgHba, renderPgIdent, renderPostgresConfig, renderRolesScript } from "./postgres-config.ts";

interface PostgresArgs extends InClusterDataStoreArgs {
  /** The database that the image creates on its first start. */
  readonly database: string;
  /** The role that the game server connects as. */
  readonly applicationRole: string;
  /** How the WAL is archived; undefined without backups. */
  readonly archiving: PostgresArchiving | undefined;
}

/** What archiving and backups add to the pod. */
export interface PostgresArchiving {
  /** Lines of `postgresql.conf`. */
  readonly settings: readonly string[];
  /** Files in the ConfigMap. */
  readonly files: Readonly<Record<string, string>>;
  readonly sidecars: readonly kubernetes.types.input.core.v1.Container[];
  readonly postgresMounts: readonly kubernetes.types.input.core.v1.VolumeMount[];
  readonly volumes: readonly kubernetes.types.input.core.v1.Volume[];
}

/** User and group of the official image (its Debian variant). */
const IDENTITY = { uid: 999, gid: 999 };

const NAME = "postgres";

/** The role that backups connect as. */
export const BACKUP_ROLE = "spacetime_backup";

/** In-cluster Postgres for players and the world: one pod, TLS only, and a volume that is kept on deletion. */
export class Postgres extends pulumi.ComponentResource {
  constructor(name: string, args: PostgresArgs, opts?: pulumi.ComponentResourceOptions) {
    super("spacetime-vr:data:Postgres", name, {}, opts);
    const kind: InClusterDataStoreSpec = {
      workload: NAME,
      version: IMAGES.postgres.version,
      identity: IDENTITY,
      files: configFiles(args),
      container: postgresContainer(args),
      ...(args.archiving === undefined ? {} : { sidecars: args.archiving.sidecars }),
      volumes: [
        emptyDirVolume("run", "1Mi"),
        emptyDirVolume("tmp", "64Mi"),
        // Parallel queries share memory through /dev/shm, 64 MiB by default in a container.
        { name: "shared-memory", emptyDir: { medium: "Memory", sizeLimit: "128Mi" } },
        ...(args.archiving?.volumes ?? []),
      ],
      // A fast shutdown (the image's stop signal) ends sessions immediately and writes a checkpoint, which can take a minute.
      gracePeriodSeconds: 120,
    };
    createInClusterDataStore(name, args, kind, this);
    this.registerOutputs({});
  }
}

function configFiles(args: PostgresArgs): Record<string, string> {
  return {
    "postgresql.conf": renderPostgresConfig({
      port: args.port,
      memoryLimitBytes: parseByteQuantity(args.resources.memory),
      archiveSettings: args.archiving?.settings ?? [],
    }),
    "pg_hba.conf": renderPgHba(),
    "pg_ident.conf": renderPgIdent(),
    "roles.sql": renderRolesScript({
      database: args.database,
      applicationRole: args.applicationRole,
      backupRole: BACKUP_ROLE,
    }),
    ...args.archiving?.files,
  };
}

function postgresContainer(args: PostgresArgs): kubernetes.types.input.core.v1.Container {
  // Over TCP, because the temporary server of the first start listens only on the socket.
  const ready = {
    exec: { command: ["pg_isready", "-q", "-h", "127.0.0.1", "-p", String(args.port)] },
    timeoutSeconds: 5,
  };
  return {
    name: NAME,
    image: imageReference("postgres"),
    command: ["bash", "-ec", startScript()],
    env: [
      { name: "POSTGRES_DB", value: args.database },
      { name: "POSTGRES_PASSWORD_FILE", value: "/run/secrets/postgres/postgres-admin-password" },
      { name: "POSTGRES_INITDB_ARGS", value: "--data-checksums --encoding=UTF8 --locale=C.UTF-8" },
    ],
    ports: [{ name: "postgres", containerPort: args.port, protocol: "TCP" }],
    lifecycle: { postStart: { exec: { command: ["bash", "-ec", rolesHookScript(args.port)] } } },
    resources: guaranteedResources(args.resources),
    securityContext: RESTRICTED_SECURITY_CONTEXT,
    startupProbe: { ...ready, periodSeconds: 5, failureThreshold: 120 },
    readinessProbe: { ...ready, periodSeconds: 10 },
    livenessProbe: { ...ready, periodSeconds: 20, failureThreshold: 6 },
    volumeMounts: [
      { name: "data", mountPath: "/var/lib/postgresql" },
      { name: "config", mountPath: "/etc/postgresql", readOnly: true },
      { name: "passwords", mountPath: "/run/secrets/postgres", readOnly: true },
      { name: "tls", mountPath: "/run/secrets/tls", readOnly: true },
      { name: "run", mountPath: "/var/run/postgresql" },
      { name: "tmp", mountPath: "/tmp" },
      { name: "shared-memory", mountPath: "/dev/shm" },
      ...(args.archiving?.postgresMounts ?? []),
    ],
  };
}

/** Postgres becomes PID 1 and reads renewed certificates on SIGHUP. */
function startScript(): string {
  return [
    certificateReloadScript(["/run/secrets/tls"], "kill -HUP 1"),
    "exec docker-entrypoint.sh postgres -c config_file=/etc/postgresql/postgresql.conf",
  ].join("\n");
}

/** Seconds after which the script gives up on a server that is not ready, so that Kubernetes restarts the container. */
const ROLES_TIMEOUT_SECONDS = 600;

/**
 * Runs in the background on every start and creates the roles or sets rotated passwords. It is retried, because the image
 * stops its temporary server on the first start; the SQL is idempotent.
 */
function rolesHookScript(port: number): string {
  const connection = `-q -h /var/run/postgresql -p ${port} -U postgres`;
  return [
    `for second in $(seq ${ROLES_TIMEOUT_SECONDS}); do`,
    `  if psql ${connection} -d "$POSTGRES_DB" -f /etc/postgresql/roles.sql > /dev/null; then exit 0; fi`,
    "  sleep 1",
    "done",
    "exit 1",
  ].join("\n");
}
