/** The database role that reads Postgres' figures (a member of `pg_monitor`) and no table. */
export const POSTGRES_MONITOR_ROLE = "spacetime_monitor";

/** The workload whose certificate logs in as that role; its name is the certificate's common name. */
export const POSTGRES_MONITOR_CLIENT = "postgres-exporter";
