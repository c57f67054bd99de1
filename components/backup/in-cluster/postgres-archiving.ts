import type * as kubernetes from "@pulumi/kubernetes";
import { imageReference } from "../../shared/kubernetes/images.ts";
import {
  emptyDirVolume,
  guaranteedResources,
  RESTRICTED_SECURITY_CONTEXT,
} from "../../shared/kubernetes/pod-spec.ts";
import { PGBACKREST_PORT } from "../../shared/network/backup-flows.ts";
import {
  ARCHIVE_TIMEOUT_SECONDS,
  CONFIG_PATH,
  type PostgresFiles,
  renderDatabaseConfig,
  STANZA,
} from "./pgbackrest-config.ts";
import { readScripts } from "./script-files.ts";

type Container = kubernetes.types.input.core.v1.Container;

/** The official image's data directory since version 18, on the volume that is mounted at `/var/lib/postgresql`. */
export function postgresFiles(port: number): PostgresFiles {
  return {
    directory: "/var/lib/postgresql/18/docker",
    socketDirectory: "/var/run/postgresql",
    port,
  };
}

const SPOOL_MOUNT = { name: "wal-requests", mountPath: "/var/spool/wal" };

/**
 * What the pod of Postgres needs to archive its WAL and to be backed up. The sidecars start before Postgres and end after it, so the last
 * segment of a shutdown is archived too. They have no readiness probe: without backups, the game continues.
 */
export function createPostgresArchiving(port: number) {
  const files = postgresFiles(port);
  return {
    settings: [
      "archive_mode = on",
      "archive_command = 'sh /etc/postgresql/pgbackrest-archive-wal.sh %f'",
      `archive_timeout = ${ARCHIVE_TIMEOUT_SECONDS}`,
    ],
    files: {
      "pgbackrest.conf": renderDatabaseConfig(files),
      ...readScripts("pgbackrest-archive-wal.sh", "archiver.sh", "serve-pgbackrest.sh"),
    },
    sidecars: [archiver(files), fileServer()],
    postgresMounts: [SPOOL_MOUNT],
    volumes: [
      { name: SPOOL_MOUNT.name, emptyDir: { medium: "Memory", sizeLimit: "1Mi" } },
      // A segment that is read back, and the locks of pgBackRest.
      emptyDirVolume("backup-scratch", "64Mi"),
    ],
  };
}

function sidecar(name: string, script: string, rest: Partial<Container>): Container {
  return {
    name,
    image: imageReference("pgbackrest"),
    command: ["bash", `${CONFIG_PATH}/${script}`],
    restartPolicy: "Always",
    resources: guaranteedResources({ cpu: "100m", memory: "128Mi" }),
    securityContext: RESTRICTED_SECURITY_CONTEXT,
    ...rest,
  };
}

const ENVIRONMENT = [
  { name: "PGBACKREST_CONFIG", value: `${CONFIG_PATH}/pgbackrest.conf` },
  { name: "PGBACKREST_STANZA", value: STANZA },
];

const MOUNTS = [
  { name: "config", mountPath: CONFIG_PATH, readOnly: true },
  { name: "tls", mountPath: "/run/secrets/tls", readOnly: true },
  { name: "data", mountPath: "/var/lib/postgresql", readOnly: true },
  { name: "backup-scratch", mountPath: "/tmp" },
];

/** Archives what the archive command requests. */
function archiver({ directory }: PostgresFiles): Container {
  return sidecar("archiver", "archiver.sh", {
    env: [...ENVIRONMENT, { name: "WAL_DIRECTORY", value: `${directory}/pg_wal` }],
    // The loop touches the file before each request, and a request ends after 80 seconds.
    livenessProbe: {
      exec: { command: ["sh", "-c", 'test -n "$(find /var/spool/wal/.alive -mmin -4)"'] },
      periodSeconds: 60,
      timeoutSeconds: 5,
    },
    volumeMounts: [...MOUNTS, SPOOL_MOUNT],
  });
}

/** Serves the files of the database to the backup Jobs; queries use the socket of Postgres. */
function fileServer(): Container {
  const ping = { exec: { command: ["pgbackrest", "server-ping", "localhost"] }, timeoutSeconds: 10 };
  return sidecar("pgbackrest", "serve-pgbackrest.sh", {
    env: ENVIRONMENT,
    ports: [{ name: "pgbackrest", containerPort: PGBACKREST_PORT, protocol: "TCP" }],
    livenessProbe: { ...ping, periodSeconds: 60, failureThreshold: 5 },
    volumeMounts: [...MOUNTS, { name: "run", mountPath: "/var/run/postgresql" }],
  });
}
