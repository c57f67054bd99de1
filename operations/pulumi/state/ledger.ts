import { z } from "zod";
import type { RecordStore } from "./record-store.ts";

/** `unverified` stands between the update and its verification, and stays when that never ended. */
export const VERDICTS = ["good", "bad", "unverified"] as const;

/** One update as this product made it. Nothing in it is secret: the stack file's secrets are ciphertext. */
export const recordSchema = z.strictObject({
  version: z.literal(1),
  /** The id of the update in the stack's history. */
  id: z.string(),
  kind: z.enum(["up", "rollback"]),
  /** The commit whose program ran; of a rollback the old one. */
  commit: z.string().regex(/^[0-9a-f]{40,64}$/),
  /** Whether the work tree held more than the commit. */
  dirty: z.boolean(),
  /** The stack file as the update ran with it, whole. */
  stackFile: z.string(),
  /** SHA-256 of package-lock.json, which names the dependency bundle. */
  lockfile: z.string(),
  /** The database schema after the update, and the oldest one whose programs still work with it. */
  schema: z.strictObject({ version: z.int(), worksBackTo: z.int() }),
  verdict: z.enum(VERDICTS),
  /** What the verification said, in one line. */
  summary: z.string(),
  startedAt: z.iso.datetime(),
  /** From the first step to the verdict. */
  seconds: z.number(),
  /** Of a rollback: the update that it went back to. */
  rolledBackTo: z.string().optional(),
});

export type LedgerRecord = z.infer<typeof recordSchema>;
export type Verdict = (typeof VERDICTS)[number];

/** What is known of a stack's updates beside its history. */
export interface LedgerContent {
  readonly records: ReadonlyMap<string, LedgerRecord>;
  /** Updates that somebody rolled back from: they are not gone back to unless they are named. */
  readonly withdrawn: ReadonlySet<string>;
}

/** The ledger of one stack. */
export interface Ledger {
  readonly location: string;
  readonly read: () => Promise<LedgerContent>;
  readonly record: (record: LedgerRecord) => Promise<void>;
  readonly withdraw: (ids: readonly string[], by: string) => Promise<void>;
}

const RECORD_SUFFIX = ".json";
const WITHDRAWAL_SUFFIX = ".withdrawn.json";

/** The ledger of a stack in the records beside its state: one object per update, so that no two writers meet. */
export function createLedger(store: RecordStore, project: string, stack: string): Ledger {
  const prefix = `ledger/${project}/${stack}/`;
  return {
    location: `${store.location}/${prefix}`.replace(/([^:])\/{2,}/g, "$1/"),
    read: async () => parseLedgerContent(await store.readAll(prefix)),
    record: (record) => store.write(`${prefix}${record.id}${RECORD_SUFFIX}`, formatJson(record)),
    withdraw: async (ids, by) => {
      const at = new Date().toISOString();
      for (const id of ids) await store.write(`${prefix}${id}${WITHDRAWAL_SUFFIX}`, formatJson({ by, at }));
    },
  };
}

function parseLedgerContent(texts: ReadonlyMap<string, string>): LedgerContent {
  const records = new Map<string, LedgerRecord>();
  const withdrawn = new Set<string>();
  for (const [key, text] of texts) {
    const name = key.slice(key.lastIndexOf("/") + 1);
    if (name.endsWith(WITHDRAWAL_SUFFIX)) {
      // Whatever it holds, somebody rolled back from that update.
      withdrawn.add(name.slice(0, -WITHDRAWAL_SUFFIX.length));
      continue;
    }
    // A record that cannot be read vouches for nothing: its update counts as never verified.
    const record = recordSchema.safeParse(parseJson(text)).data;
    if (record !== undefined && name === `${record.id}${RECORD_SUFFIX}`) records.set(record.id, record);
  }
  return { records, withdrawn };
}

function formatJson(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
