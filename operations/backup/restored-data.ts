import type pg from "pg";
import { FieldEncryption } from "../../reference-server/data/field-encryption.ts";
import { errorMessage } from "../errors.ts";
import { readTables } from "./database-content.ts";
import type { DatabaseContent, RestorePoint } from "./restore-point.ts";

/** The invariants of a restored database. */
export interface RestoredData {
  readonly tables: DatabaseContent["tables"];
  /** ISO 8601; the newest change of a player or world object. */
  readonly newestChange: string | undefined;
  /** ISO 8601; commit time of the last replayed transaction. */
  readonly lastTransactionAt: string | undefined;
  /** How many records of each kind were decrypted. */
  readonly decrypted: { readonly players: number; readonly world: number };
  /** Each invariant that does not hold. */
  readonly problems: readonly string[];
}

/** The two keys that players and the world are encrypted with, from the restored secrets. */
export interface DataKeys {
  readonly player: string | undefined;
  readonly world: string | undefined;
}

/** The newest records of each kind are decrypted; the key check of the server covers all others. */
const MAX_DECRYPTED = 1000;

/** Each kind of encrypted record: its table, the kind that its ciphertext is bound to, and its key. */
const ENCRYPTED_TABLES = [
  { table: "public.players", kind: "player", count: "players" },
  { table: "public.world_objects", kind: "world", count: "world" },
] as const;

/** Reads a restored database completely and checks its invariants. */
export async function checkRestoredData(
  client: pg.Client,
  keys: DataKeys,
  exactPoint: RestorePoint | undefined,
): Promise<RestoredData> {
  const problems: string[] = [];
  // Every row of every table is read, so an unreadable page is found.
  const tables = await readTables(client).catch((error: unknown) => {
    problems.push(`the tables cannot be read: ${errorMessage(error)}`);
    return [];
  });
  if (exactPoint !== undefined) problems.push(...compareTables(tables, exactPoint.postgres.content));
  const decrypted = { players: 0, world: 0 };
  let newestChange: string | undefined;
  for (const { table, kind, count } of ENCRYPTED_TABLES) {
    if (!tables.some(({ name }) => name === table)) continue;
    const key = keys[kind];
    if (key === undefined) {
      problems.push(`${table} cannot be decrypted: the restored secrets have no ${kind}-data-key`);
      continue;
    }
    const result = await decryptRecords(client, table, new FieldEncryption(key, kind));
    decrypted[count] = result.count;
    problems.push(...result.problems);
    if (result.newest !== undefined && (newestChange ?? "") < result.newest) newestChange = result.newest;
  }
  return { tables, newestChange, lastTransactionAt: await readLastTransaction(client), decrypted, problems };
}

async function readLastTransaction(client: pg.Client): Promise<string | undefined> {
  const { rows } = await client.query<{ at: Date | null }>("SELECT pg_last_xact_replay_timestamp() AS at");
  return rows[0]?.at?.toISOString();
}

/** Compares row counts and digests with those of the restore point. */
export function compareTables(
  actual: DatabaseContent["tables"],
  { isExact, tables }: DatabaseContent,
): string[] {
  return tables.flatMap((expected) => {
    const found = actual.find(({ name }) => name === expected.name);
    if (found === undefined) return [`table ${expected.name} is missing`];
    if (!isExact) return [];
    if (found.rows !== expected.rows)
      return [`table ${expected.name} has ${found.rows} rows instead of ${expected.rows}`];
    return found.digest === expected.digest ? [] : [`table ${expected.name} has different rows`];
  });
}

async function decryptRecords(client: pg.Client, table: string, encryption: FieldEncryption) {
  const { rows } = await client.query<{ id: string; record: Buffer; updated_at: Date }>(
    `SELECT id, record, updated_at FROM ${table} ORDER BY updated_at DESC LIMIT ${MAX_DECRYPTED}`,
  );
  const problems: string[] = [];
  let count = 0;
  for (const { id, record } of rows) {
    try {
      encryption.decrypt(id, record);
      count += 1;
    } catch {
      problems.push(`a record of ${table} cannot be decrypted with the restored key`);
      break;
    }
  }
  return { count, problems, newest: rows[0]?.updated_at.toISOString() };
}
