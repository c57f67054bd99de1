import type { Update } from "../history/stack-history.ts";
import { readStackHistory, readStackOutputs, type StackContext } from "../stack-context.ts";
import type { LedgerRecord } from "../state/ledger.ts";
import type { Verification } from "../verification/verification.ts";

/** What is known of an update before its verdict. */
export type RecordDraft = Omit<LedgerRecord, "version" | "id" | "verdict" | "summary" | "seconds">;

export interface VerifiedUpdate {
  readonly record: LedgerRecord;
  /** Seconds that the verification took of it. */
  readonly verificationSeconds: number;
}

/**
 * Verifies an update that succeeded and writes the verdict into the ledger; before it asks, the update is recorded as unverified, so
 * that one whose verification never ends is not taken for good.
 */
export async function verifyAndRecord(
  context: StackContext,
  draft: RecordDraft,
  begun: number,
): Promise<VerifiedUpdate> {
  const { ledger, verify, environment, note } = context;
  const update = findLatestUpdate(await readStackHistory(context));
  const record = (verdict: LedgerRecord["verdict"], summary: string): LedgerRecord => ({
    version: 1,
    id: update?.id ?? timestampId(draft.startedAt),
    ...draft,
    verdict,
    summary,
    seconds: secondsSince(begun),
  });
  if (update !== undefined) warnOnCommitMismatch(context, draft, update);
  await ledger.record(record("unverified", "the verification has not finished"));
  note(`Verifying ${environment}.`);
  const asked = Date.now();
  const found = await runVerification(() =>
    readStackOutputs(context).then((values) =>
      verify({ environment, outputs: values, stackFile: draft.stackFile }),
    ),
  );
  const final = record(found.verdict, found.summary);
  await ledger.record(final);
  return { record: final, verificationSeconds: secondsSince(asked) };
}

/** Records an update that failed, so that its config counts among those that may have moved something forward. */
export async function recordFailure(context: StackContext, draft: RecordDraft, begun: number): Promise<void> {
  const update = findLatestUpdate(await readStackHistory(context).catch(() => []));
  // A failure before the first step leaves no update, and the newest one is another's.
  if (update === undefined || Date.parse(update.startedAt) < Math.floor(begun / 1000) * 1000) return;
  // So does one that was refused while somebody else's went through: their record stays theirs.
  if (update.result === "succeeded" || (await context.ledger.read()).records.has(update.id)) return;
  const seconds = secondsSince(begun);
  const failed = { verdict: "bad", summary: "the update failed", seconds } as const;
  await context.ledger.record({ version: 1, id: update.id, ...draft, ...failed });
}

/** A refresh by somebody else may have come in between. */
function findLatestUpdate(updates: readonly Update[]): Update | undefined {
  return updates.find(({ kind }) => kind === "update");
}

async function runVerification(ask: () => Promise<Verification>): Promise<Verification> {
  try {
    return await ask();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { verdict: "bad", summary: `the verification itself failed: ${reason}` };
  }
}

/** The engine reads no commit in some checkouts; what it does read must be the one that was meant. */
function warnOnCommitMismatch({ note }: StackContext, { commit }: RecordDraft, update: Update): void {
  if (update.commit === undefined || update.commit === commit) return;
  note(
    `The history names commit ${update.commit.slice(0, 12)} for this update, the ledger ${commit.slice(0, 12)}.`,
  );
}

function timestampId(startedAt: string): string {
  return startedAt.replace(/\.\d+/, "").replace(/[-:]/g, "");
}

/** Seconds since a time in milliseconds, to a tenth. */
export function secondsSince(begun: number): number {
  return Math.round((Date.now() - begun) / 100) / 10;
}
