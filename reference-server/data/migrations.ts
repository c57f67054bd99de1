/** A step of the schema; steps are only ever added. */
export interface Migration {
  readonly version: number;
  readonly sql: string;
}

/** Ids stand in clear text, because rows are found by them; everything else of a record is ciphertext. */
export const MIGRATIONS: readonly Migration[] = [
  {
    version: 1,
    sql: `
      CREATE TABLE players (id text PRIMARY KEY, record bytea NOT NULL, updated_at timestamptz NOT NULL DEFAULT now());
      CREATE TABLE world_objects (id text PRIMARY KEY, record bytea NOT NULL, updated_at timestamptz NOT NULL DEFAULT now());
      CREATE TABLE key_checks (kind text PRIMARY KEY, record bytea NOT NULL);`,
  },
  {
    version: 2,
    sql: `
      CREATE TABLE world_snapshots (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        record bytea NOT NULL,
        taken_at timestamptz NOT NULL DEFAULT now());`,
  },
];

/** Any number will do, as long as nobody else locks it: "spacetime" read as letters of a telephone. */
export const MIGRATION_LOCK_ID = 772238463;
