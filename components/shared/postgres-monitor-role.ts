/** The database role for Postgres statistics; a member of `pg_monitor` without access to tables. */
export const POSTGRES_MONITOR_ROLE = "spacetime_monitor";

/** The workload that logs in as that role; its name is the common name of the client certificate. */
export const POSTGRES_MONITOR_CLIENT = "postgres-exporter";
