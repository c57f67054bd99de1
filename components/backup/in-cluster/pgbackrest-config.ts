import { serviceHost } from "../../shared/network/application-flows.ts";
import { PGBACKREST_PORT } from "../../shared/network/backup-flows.ts";

/** pgBackRest's name for the database cluster; the same as in the local deployment. */
export const STANZA = "spacetime";

/** The volume of the repository. */
export const REPOSITORY_PATH = "/var/lib/pgbackrest";

/** The directory of the config files and scripts. */
export const CONFIG_PATH = "/etc/pgbackrest";

/** A directory in memory for the encryption key, in the form that pgBackRest includes. */
export const KEY_PATH = "/run/pgbackrest";

const TLS_PATH = "/run/secrets/tls";

/** Seconds after which Postgres ends a WAL segment, so that at most this much is not archived yet. */
export const ARCHIVE_TIMEOUT_SECONDS = 60;

/** How many full backups are kept, one per week: one more than a month, so that a monthly job can still be undone. */
const FULL_BACKUPS = 5;

/** How many differential backups are kept, one per day. */
const DIFFERENTIAL_BACKUPS = 7;

/** Where the files of Postgres are, in its pod and in pgBackRest's view of it. */
export interface PostgresFiles {
  readonly directory: string;
  readonly socketDirectory: string;
  readonly port: number;
}

const COMMON_SETTINGS = [
  "compress-type=zst",
  `archive-timeout=${ARCHIVE_TIMEOUT_SECONDS}`,
  "log-level-file=off",
  "log-level-console=warn",
];

function serverSettings(client: string): string[] {
  return [
    "tls-server-address=*",
    `tls-server-port=${PGBACKREST_PORT}`,
    `tls-server-ca-file=${TLS_PATH}/ca.crt`,
    `tls-server-cert-file=${TLS_PATH}/tls.crt`,
    `tls-server-key-file=${TLS_PATH}/tls.key`,
    // Only a certificate of the internal CA with this common name may connect, and only for this stanza.
    `tls-server-auth=${client}=${STANZA}`,
  ];
}

function remoteSettings(prefix: "repo1" | "pg1", host: string): string[] {
  return [
    `${prefix}-host=${host}`,
    `${prefix}-host-type=tls`,
    `${prefix}-host-port=${PGBACKREST_PORT}`,
    `${prefix}-host-ca-file=${TLS_PATH}/ca.crt`,
    `${prefix}-host-cert-file=${TLS_PATH}/tls.crt`,
    `${prefix}-host-key-file=${TLS_PATH}/tls.key`,
  ];
}

function postgresSettings({ directory, socketDirectory, port }: PostgresFiles): string[] {
  return [
    `pg1-path=${directory}`,
    `pg1-socket-path=${socketDirectory}`,
    `pg1-port=${port}`,
    "pg1-user=postgres",
  ];
}

const render = (...lines: readonly string[]): string => `${lines.join("\n")}\n`;

/**
 * `pgbackrest.conf` next to Postgres (https://pgbackrest.org/configuration.html). It contains no encryption key: pgBackRest gets it from
 * the repository's server for the duration of a command.
 */
export function renderDatabaseConfig(files: PostgresFiles): string {
  return render(
    "[global]",
    ...remoteSettings("repo1", serviceHost("backup-repository")),
    ...serverSettings("backup-repository"),
    ...COMMON_SETTINGS,
    `[${STANZA}]`,
    ...postgresSettings(files),
  );
}

function repositorySettings(): string[] {
  return [
    `repo1-path=${REPOSITORY_PATH}`,
    "repo1-cipher-type=aes-256-cbc",
    "repo1-bundle=y",
    `repo1-retention-full=${FULL_BACKUPS}`,
    `repo1-retention-diff=${DIFFERENTIAL_BACKUPS}`,
    "start-fast=y",
    ...COMMON_SETTINGS,
  ];
}

/** `pgbackrest.conf` next to the repository, for its server and for the Jobs that back up. */
export function renderRepositoryConfig(files: PostgresFiles): string {
  return render(
    "[global]",
    ...repositorySettings(),
    ...serverSettings("postgres"),
    `[${STANZA}]`,
    ...remoteSettings("pg1", serviceHost("postgres")),
    ...postgresSettings(files),
  );
}

/** `restore.conf` of the restore drill: no connection to Postgres, and a directory of its own instead of the live one. */
export function renderRestoreConfig(directory: string): string {
  return render("[global]", ...repositorySettings(), `[${STANZA}]`, `pg1-path=${directory}`);
}
