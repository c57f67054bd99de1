import { z } from "zod";
import { parseJson } from "../../../components/shared/parse-json.ts";
import type { RecordStore } from "./record-store.ts";

/** `unverified` until the verification ends, and permanently if it was interrupted. */
const VERDICTS = ["good", "bad", "unverified"] as const;

/** The record of one update. It contains no plaintext secret: the secrets in the stack file are encrypted. */
const recordSchema = z.strictObject({
  version: z.literal(1),
  /** The ID of the update in the stack's history. */
  id: z.string(),
  kind: z.enum(["up", "rollback"]),
  /** The commit of the program; for a rollback, the old commit. */
  commit: z.string().regex(/^[0-9a-f]{40,64}$/),
  /** Whether the work tree had changes that are not in the commit. */
  dirty: z.boolean(),
  /** The complete stack file of the update. */
  stackFile: z.string(),
  /** SHA-256 of package-lock.json, which is the key of the dependency bundle. */
  lockfile: z.string(),
  /** The database schema after the update, and the oldest schema whose programs still work with it. */
  schema: z.strictObject({ version: z.int(), worksBackTo: z.int() }),
  verdict: z.enum(VERDICTS),
  /** The result of the verification in one line. */
  summary: z.string(),
  startedAt: z.iso.datetime(),
  /** The operator; undefined in records of older versions. */
  startedBy: z.string().optional(),
  /** Seconds from the start to the verdict. */
  seconds: z.number(),
  /** For a rollback: the target update. */
  rolledBackTo: z.string().optional(),
  /** For a rollback: why, if the operator said so. */
  reason: z.string().optional(),
});

export type LedgerRecord = z.infer<typeof recordSchema>;

/** The ledger's records of a stack. */
export interface LedgerContent {
  readonly records: ReadonlyMap<string, LedgerRecord>;
  /** Updates that were rolled back from: they are rollback targets only if they are named. */
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

/**
 * Creates the ledger of a stack next to its state: one object per update, so that concurrent writers do not conflict.
 */
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
      // The existence of the file is enough; its content does not matter.
      withdrawn.add(name.slice(0, -WITHDRAWAL_SUFFIX.length));
      continue;
    }
    // An unreadable record is ignored, so its update counts as not verified.
    const record = recordSchema.safeParse(parseJson(text)).data;
    if (record !== undefined && name === `${record.id}${RECORD_SUFFIX}`) records.set(record.id, record);
  }
  return { records, withdrawn };
}

function formatJson(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}
