/** A schema migration. Migrations are append-only. */
interface Migration {
  readonly version: number;
  readonly sql: string;
}

/** Ids are stored in plain text because rows are looked up by them; the rest of a record is encrypted. */
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

/** Arbitrary but fixed id of the advisory lock ("spacetime" on a telephone keypad). */
export const MIGRATION_LOCK_ID = 772238463;
