import type { DataServicesFixture } from "./data-services.ts";

/** A row that the writer inserted: the time before the statement was sent, and after its commit was acknowledged. */
export interface WrittenRow {
  readonly id: string;
  readonly sentMs: number;
  readonly committedMs: number | undefined;
}

export interface Writer {
  readonly rows: WrittenRow[];
  /** Ends the writer; it also ends when the connection breaks. */
  readonly stop: () => Promise<void>;
}

let writers = 0;

/** Inserts one player after the other, as fast as the database commits them. */
export async function startWriter(services: DataServicesFixture): Promise<Writer> {
  const client = await services.connect();
  const rows: WrittenRow[] = [];
  writers += 1;
  const name = `writer-${process.pid}-${writers}`;
  let isStopped = false;
  const work = async (): Promise<void> => {
    for (let number = 0; !isStopped; number += 1) {
      const id = `${name}-${number}`;
      const sentMs = Date.now();
      try {
        await services.savePlayer(client, id);
        rows.push({ id, sentMs, committedMs: Date.now() });
      } catch {
        // Whether this row was committed is unknown, as it is for any client whose connection breaks.
        rows.push({ id, sentMs, committedMs: undefined });
        return;
      }
    }
  };
  const done = work();
  return {
    rows,
    stop: async () => {
      isStopped = true;
      await done;
      await client.end().catch(() => undefined);
    },
  };
}

/** Rows that contradict a restore to a time: committed before it and missing, or sent after it and present. */
export function findViolations(rows: readonly WrittenRow[], restored: ReadonlySet<string>, atMs: number) {
  return {
    missing: rows.filter(
      ({ id, committedMs }) => committedMs !== undefined && committedMs < atMs && !restored.has(id),
    ),
    unexpected: rows.filter(({ id, sentMs }) => sentMs > atMs && restored.has(id)),
  };
}
