/** The bundle of authorities that clients are given holds this one; a change of it is a change of both. */
export const RDS_CA_IDENTIFIER = "rds-ca-rsa2048-g1";

/** The name of the master user; RDS manages its password, and all clients use other roles. */
export const RDS_MASTER_USER = "postgres";

/** One setting of a parameter group; static ones wait for the next restart, which RDS never does by itself. */
export interface RdsParameter {
  readonly name: string;
  readonly value: string;
  readonly applyMethod: "immediate" | "pending-reboot";
}

/** Milliseconds after which an idle transaction is terminated, because it holds locks and blocks vacuum. */
const IDLE_IN_TRANSACTION_MS = 60_000;

/**
 * The parameter group: TLS and SCRAM or no connection, who came and which schema changed in the log, and nothing of players
 * in it, neither statements nor their parameters.
 */
export function rdsParameters(maxConnections: number): RdsParameter[] {
  const immediate = {
    "rds.force_ssl": "1",
    ssl_min_protocol_version: "TLSv1.2",
    password_encryption: "scram-sha-256",
    "rds.accepted_password_auth_method": "scram",
    log_connections: "1",
    log_disconnections: "1",
    log_statement: "ddl",
    log_min_duration_statement: "-1",
    log_min_error_statement: "panic",
    log_parameter_max_length: "0",
    log_parameter_max_length_on_error: "0",
    log_lock_waits: "1",
    log_autovacuum_min_duration: "10000",
    idle_in_transaction_session_timeout: String(IDLE_IN_TRANSACTION_MS),
  };
  return [
    ...Object.entries(immediate).map(([name, value]) => ({ name, value, applyMethod: "immediate" as const })),
    { name: "max_connections", value: String(maxConnections), applyMethod: "pending-reboot" },
  ];
}

/** The name of the database and its resources; RDS allows at most 63 characters. */
export function rdsInstanceIdentifier(clusterName: string): string {
  return `${clusterName}-postgres`;
}

/** The logs that RDS for PostgreSQL exports to CloudWatch, each to a separate log group. */
export const RDS_LOG_EXPORTS = ["postgresql", "upgrade"] as const;
