import type { LedgerRecord } from "../state/ledger.ts";

/**
 * The database schema of this commit's game server (the newest of `reference-server/data/migrations.ts`), and the
 * oldest schema whose servers still work with it. A destructive migration sets the second number to its own.
 */
export const DATABASE_SCHEMA = { version: 2, worksBackTo: 1 } as const;

type Schema = LedgerRecord["schema"];

/** The schema after several updates; migrations are never reverted. */
export function newestSchema(schemas: readonly Schema[]): Schema {
  return {
    version: Math.max(...schemas.map(({ version }) => version)),
    worksBackTo: Math.max(...schemas.map(({ worksBackTo }) => worksBackTo)),
  };
}

/** Whether a program with schema `old` works with the current schema. */
export function isCompatibleSchema(old: Schema, now: Schema): boolean {
  return old.version >= now.worksBackTo;
}
