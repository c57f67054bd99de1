import { createHash } from "node:crypto";
import type { LedgerFacts } from "../../../checklist/facts/gather-facts.ts";
import type { RecordedUpdate, UpdateHistory } from "../../../probes/history/update-history.ts";
import { dependencyBundleKey } from "../deploy/dependency-bundle.ts";
import { hasCommit, readWorkTree } from "../deploy/git.ts";
import type { Ledger, LedgerRecord } from "../state/ledger.ts";
import type { RecordStore } from "../state/record-store.ts";
import type { Update } from "./stack-history.ts";

interface LedgerSource {
  readonly directory: string;
  readonly ledger: Ledger;
  readonly store: RecordStore;
  /** Pulumi's own history of the stack, newest first; undefined if it was not read. */
  readonly stackHistory: readonly Update[] | undefined;
}

/** Reads the ledger of a stack as the checklist needs it: the latest update, and the history that checks judge. */
export async function readLedgerFacts({
  directory,
  ledger,
  store,
  stackHistory,
}: LedgerSource): Promise<{ readonly facts: LedgerFacts; readonly history: UpdateHistory }> {
  const { records, withdrawn } = await ledger.read();
  const ordered = [...records.values()].sort((a, b) => a.startedAt.localeCompare(b.startedAt));
  const bundles = new Map<string, boolean>();
  for (const { lockfile } of ordered)
    if (!bundles.has(lockfile))
      bundles.set(lockfile, await store.has(`${dependencyBundleKey(lockfile)}.sha256`));
  const last = ordered.at(-1);
  const verified = ordered.filter(({ verdict }) => verdict === "good");
  return {
    facts: {
      update: last === undefined ? undefined : updateFacts(last),
      hasEarlierRelease: verified.length > 0,
      previousSchema: verified.at(-1)?.schema.version,
    },
    history: {
      commit: readWorkTree(directory).commit,
      stackUpdates: stackHistory === undefined ? undefined : updatesSince(ordered[0]?.id, stackHistory),
      updates: ordered.map(({ lockfile, ...record }) => ({
        ...updateOf(record),
        withdrawn: withdrawn.has(record.id),
        complete: bundles.get(lockfile) === true && hasCommit(directory, record.commit),
      })),
    },
  };
}

function updateOf(record: Omit<LedgerRecord, "lockfile">): Omit<RecordedUpdate, "withdrawn" | "complete"> {
  const { id, kind, commit, dirty, verdict, summary, startedAt, startedBy, reason } = record;
  return { id, kind, commit, dirty, verdict, summary, startedAt, startedBy, reason };
}

/** The successful updates of a stack since the first recorded one and since it was last destroyed, oldest first. */
function updatesSince(
  first: string | undefined,
  history: readonly Update[],
): { id: string; message: string }[] {
  const end = history.findIndex(({ kind, result }) => kind === "destroy" && result === "succeeded");
  return history
    .slice(0, end === -1 ? history.length : end)
    .filter(
      ({ kind, result, id }) =>
        kind === "update" && result === "succeeded" && (first === undefined || id >= first),
    )
    .map(({ id, message }) => ({ id, message }))
    .toReversed();
}

function updateFacts(record: LedgerRecord): NonNullable<LedgerFacts["update"]> {
  const { id, commit, startedAt, seconds } = record;
  return {
    id,
    commit,
    finishedAt: new Date(Date.parse(startedAt) + seconds * 1000).toISOString(),
    digest: createHash("sha256").update(JSON.stringify(record)).digest("hex"),
  };
}
