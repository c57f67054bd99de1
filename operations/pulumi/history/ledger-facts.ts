import { createHash } from "node:crypto";
import type { LedgerFacts } from "../../../checklist/facts/gather-facts.ts";
import type { UpdateHistory } from "../../../probes/history/update-history.ts";
import { dependencyBundleKey } from "../deploy/dependency-bundle.ts";
import { hasCommit, readWorkTree } from "../deploy/git.ts";
import type { Ledger, LedgerRecord } from "../state/ledger.ts";
import type { RecordStore } from "../state/record-store.ts";

interface LedgerSource {
  readonly directory: string;
  readonly ledger: Ledger;
  readonly store: RecordStore;
}

/** Reads the ledger of a stack as the checklist needs it: the latest update, and the history that checks judge. */
export async function readLedgerFacts({
  directory,
  ledger,
  store,
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
      updates: ordered.map(({ id, commit, dirty, verdict, summary, lockfile }) => ({
        ...{ id, commit, dirty, verdict, summary },
        withdrawn: withdrawn.has(id),
        complete: bundles.get(lockfile) === true && hasCommit(directory, commit),
      })),
    },
  };
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
