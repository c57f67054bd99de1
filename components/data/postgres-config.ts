import { POSTGRES_MONITOR_CLIENT, POSTGRES_MONITOR_ROLE } from "../shared/postgres-monitor-role.ts";

/** Options of `postgresql.conf`. */
interface PostgresConfigOptions {
  readonly port: number;
  /** The container's memory limit in bytes. */
  readonly memoryLimitBytes: number;
  /** Lines that set up the archiving of WAL; empty without backups. */
  readonly archiveSettings: readonly string[];
}

const MEBIBYTE = 2 ** 20;

/** `shared_buffers` as recommended by the Postgres documentation: a quarter of the memory. */
const SHARED_BUFFERS_RATIO = 0.25;

/** `effective_cache_size`, as recommended for shared buffers and the file system cache together. */
const EFFECTIVE_CACHE_RATIO = 0.7;

/** The complete `postgresql.conf`: TLS only, SCRAM passwords, logs on standard error. */
export function renderPostgresConfig(options: PostgresConfigOptions): string {
  const megabytes = (share: number): number => Math.floor((options.memoryLimitBytes * share) / MEBIBYTE);
  return [
    "listen_addresses = '*'",
    `port = ${options.port}`,
    "unix_socket_directories = '/var/run/postgresql'",
    "hba_file = '/etc/postgresql/pg_hba.conf'",
    "ident_file = '/etc/postgresql/pg_ident.conf'",
    "",
    "ssl = on",
    "ssl_cert_file = '/run/secrets/tls/tls.crt'",
    "ssl_key_file = '/run/secrets/tls/tls.key'",
    "ssl_ca_file = '/run/secrets/tls/ca.crt'",
    "ssl_min_protocol_version = 'TLSv1.2'",
    "password_encryption = 'scram-sha-256'",
    "",
    "max_connections = 100",
    `shared_buffers = ${megabytes(SHARED_BUFFERS_RATIO)}MB`,
    `effective_cache_size = ${megabytes(EFFECTIVE_CACHE_RATIO)}MB`,
    "wal_level = replica",
    ...options.archiveSettings,
    "",
    "# The container's log is standard error; statements are not logged, because they can hold player data.",
    "logging_collector = off",
    "log_connections = on",
    "log_min_duration_statement = -1",
    "log_statement = 'none'",
    "",
  ].join("\n");
}

/** `pg_hba.conf`: the superuser only through the socket in the pod, all others over TLS with a password. */
export function renderPgHba(): string {
  return [
    "# TYPE   DATABASE  USER      ADDRESS    METHOD",
    "local    all       postgres             peer",
    "hostssl  all       postgres  all        reject",
    "# The exporter proves itself with its certificate; it has no password, and any other way in is closed.",
    `hostssl  all       ${POSTGRES_MONITOR_ROLE}  all  cert  map=monitor`,
    "hostssl  all       all       all        scram-sha-256",
    "# `all` does not cover replication, which base backups use.",
    "hostssl  replication  spacetime_backup  all  scram-sha-256",
    "",
  ].join("\n");
}

/** `pg_ident.conf`: the role of each client certificate. */
export function renderPgIdent(): string {
  return `# MAP     CERTIFICATE        ROLE\nmonitor   ${POSTGRES_MONITOR_CLIENT}  ${POSTGRES_MONITOR_ROLE}\n`;
}

/** Options of the roles script. Names are validated identifiers; psql reads passwords from files. */
export interface RolesScriptOptions {
  readonly database: string;
  readonly applicationRole: string;
  readonly backupRole: string;
}

/**
 * SQL that creates the roles, or sets their current passwords after a rotation. psql reads each password from the mounted
 * Secret with a backquoted command, so it is not in the process list, and the session disables statement logging, so it
 * is not in the log.
 */
export function renderRolesScript(options: RolesScriptOptions): string {
  const role = (name: string, attributes: string, passwordFile: string): string[] => [
    `SELECT 'CREATE ROLE ${name}' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '${name}') \\gexec`,
    `\\set password \`cat /run/secrets/postgres/${passwordFile}\``,
    `ALTER ROLE ${name} WITH LOGIN ${attributes} PASSWORD :'password';`,
  ];
  return [
    "\\set ON_ERROR_STOP on",
    "SET log_statement = 'none';",
    "SET log_min_error_statement = 'panic';",
    "SET client_min_messages = 'warning';",
    "\\set password `cat /run/secrets/postgres/postgres-admin-password`",
    "ALTER ROLE postgres PASSWORD :'password';",
    ...role(options.applicationRole, "NOSUPERUSER NOCREATEDB NOCREATEROLE", "postgres-app-password"),
    ...role(
      options.backupRole,
      "REPLICATION NOSUPERUSER NOCREATEDB NOCREATEROLE",
      "postgres-backup-password",
    ),
    ...monitorRoleStatements(options),
    ...grantStatements(options),
    "",
  ].join("\n");
}

/** The role of the exporter, which logs in with a client certificate and has no password. */
function monitorRoleStatements({ database }: RolesScriptOptions): string[] {
  return [
    `SELECT 'CREATE ROLE ${POSTGRES_MONITOR_ROLE}' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '${POSTGRES_MONITOR_ROLE}') \\gexec`,
    `ALTER ROLE ${POSTGRES_MONITOR_ROLE} WITH LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD NULL;`,
    `GRANT pg_monitor TO ${POSTGRES_MONITOR_ROLE};`,
    `GRANT CONNECT ON DATABASE ${database} TO ${POSTGRES_MONITOR_ROLE};`,
  ];
}

/** The permissions of each role, in the cluster and on RDS. */
function grantStatements({ database, applicationRole, backupRole }: RolesScriptOptions): string[] {
  return [
    `GRANT pg_read_all_data TO ${backupRole};`,
    `GRANT CONNECT, TEMPORARY ON DATABASE ${database} TO ${applicationRole};`,
    `GRANT USAGE, CREATE ON SCHEMA public TO ${applicationRole};`,
  ];
}

/**
 * The roles script for a database without a superuser, such as RDS. It contains no passwords, because logs, statistics
 * and Database Insights would show them; the bootstrap Job sets them with psql's `\password` (database-bootstrap.ts).
 */
export function renderManagedRolesScript(options: RolesScriptOptions): string {
  const role = (name: string): string[] => [
    `SELECT 'CREATE ROLE ${name}' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '${name}') \\gexec`,
    // Without NOSUPERUSER and NOREPLICATION: only a superuser may set them, even to "no".
    `ALTER ROLE ${name} WITH LOGIN NOCREATEDB NOCREATEROLE;`,
  ];
  return [
    "\\set ON_ERROR_STOP on",
    "SET client_min_messages = 'warning';",
    ...role(options.applicationRole),
    ...role(options.backupRole),
    ...grantStatements(options),
    "",
  ].join("\n");
}
