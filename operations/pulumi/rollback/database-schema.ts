import type { LedgerRecord } from "../state/ledger.ts";

/**
 * The database schema that this commit's game server brings (the newest of `reference-server/data/migrations.ts`), and the oldest one
 * whose servers still work after it. A migration that takes something away raises the second number to its own.
 */
export const DATABASE_SCHEMA = { version: 2, worksBackTo: 1 } as const;

type Schema = LedgerRecord["schema"];

/** The schema after several updates: migrations only ever move it forward. */
export function newestSchema(schemas: readonly Schema[]): Schema {
  return {
    version: Math.max(...schemas.map(({ version }) => version)),
    worksBackTo: Math.max(...schemas.map(({ worksBackTo }) => worksBackTo)),
  };
}

/** Whether a program that knows `old` works with the schema as it is now. */
export function isCompatibleSchema(old: Schema, now: Schema): boolean {
  return old.version >= now.worksBackTo;
}
