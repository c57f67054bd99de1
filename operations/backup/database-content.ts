import type pg from "pg";
import type { DatabaseContent } from "./restore-point.ts";

/** Milliseconds that writers may be delayed while a restore point is created. */
const LOCK_TIMEOUT_MS = 2000;

/** Larger databases are counted without a lock, because writers would wait for seconds. 64 MiB are read in well under a second. */
const MAX_LOCKED_BYTES = 64 * 2 ** 20;

/** Tables of the game; `schema_migrations` is one of them. */
async function listTables(client: pg.Client): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    `SELECT quote_ident(schemaname) || '.' || quote_ident(tablename) AS name FROM pg_tables
     WHERE schemaname NOT IN ('pg_catalog', 'information_schema') ORDER BY 1`,
  );
  return rows.map(({ name }) => name);
}

/** Counts the rows of each table and adds up their hashes, which does not depend on their order. */
export async function readTables(client: pg.Client): Promise<DatabaseContent["tables"]> {
  const tables: { name: string; rows: number; digest: string }[] = [];
  for (const name of await listTables(client)) {
    const { rows } = await client.query<{ rows: string; digest: string }>(
      `SELECT count(*) AS rows, coalesce(sum(hashtextextended(t::text, 0)), 0)::text AS digest FROM ${name} t`,
    );
    tables.push({ name, rows: Number(rows[0]?.rows), digest: rows[0]?.digest ?? "" });
  }
  return tables;
}

/** The position of a restore point in the WAL. */
export interface WalPosition {
  readonly lsn: string;
  readonly segment: string;
  readonly timeline: number;
  readonly nextTransaction: string;
}

/**
 * Counts the tables and creates a restore point. Writers are locked out in between, so that the counts are exactly what a restore to this
 * point must find; if the lock is not available in time, or the database is large, the counts are approximate.
 * @param client is connected to the database as a superuser.
 */
export async function createPostgresRestorePoint(
  client: pg.Client,
  name: string,
): Promise<{ readonly position: WalPosition; readonly content: DatabaseContent }> {
  await client.query("BEGIN");
  try {
    const isExact = await lockTables(client);
    if (!isExact) {
      await client.query("ROLLBACK");
      await client.query("BEGIN ISOLATION LEVEL REPEATABLE READ");
    }
    const content = { isExact, tables: await readTables(client) };
    const position = await markWal(client, name);
    return { position, content };
  } finally {
    await client.query("ROLLBACK");
  }
}

/** @returns whether no transaction can write until this one ends. */
async function lockTables(client: pg.Client): Promise<boolean> {
  const { rows } = await client.query<{ bytes: string }>(
    "SELECT pg_database_size(current_database()) AS bytes",
  );
  if (Number(rows[0]?.bytes) > MAX_LOCKED_BYTES) return false;
  const tables = await listTables(client);
  if (tables.length === 0) return true;
  try {
    await client.query(`SET LOCAL lock_timeout = ${LOCK_TIMEOUT_MS}`);
    await client.query(`LOCK TABLE ${tables.join(", ")} IN SHARE MODE`);
    return true;
  } catch {
    return false;
  }
}

async function markWal(client: pg.Client, name: string): Promise<WalPosition> {
  const { rows } = await client.query<WalPosition & { lsn: string }>(
    `SELECT lsn::text AS lsn, pg_walfile_name(lsn) AS segment, ('x' || left(pg_walfile_name(lsn), 8))::bit(32)::int AS timeline,
            pg_snapshot_xmax(pg_current_snapshot())::text AS "nextTransaction"
     FROM pg_create_restore_point($1) AS lsn`,
    [name],
  );
  const [position] = rows;
  if (position === undefined) throw new Error("pg_create_restore_point returned no row.");
  return position;
}

/** The timeline that the server writes. */
export async function readTimeline(client: pg.Client): Promise<number> {
  const { rows } = await client.query<{ timeline: number }>(
    "SELECT ('x' || left(pg_walfile_name(pg_current_wal_lsn()), 8))::bit(32)::int AS timeline",
  );
  return rows[0]?.timeline ?? 1;
}
