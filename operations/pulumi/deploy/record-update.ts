import type { Update } from "../history/stack-history.ts";
import { readStackHistory, readStackOutputs, type StackContext } from "../stack-context.ts";
import type { LedgerRecord } from "../state/ledger.ts";
import type { Verification } from "../verification/verification.ts";

/** What is known of an update before its verification. */
export type RecordDraft = Omit<LedgerRecord, "version" | "id" | "verdict" | "summary" | "seconds">;

interface VerifiedUpdate {
  readonly record: LedgerRecord;
  /** Duration of the verification in seconds. */
  readonly verificationSeconds: number;
}

/**
 * Verifies a successful update and records the verdict in the ledger. The update is first recorded as unverified, so
 * that an interrupted verification does not count as passed.
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

/** Records a failed update, because its config may have changed a forward-only setting. */
export async function recordFailure(context: StackContext, draft: RecordDraft, begun: number): Promise<void> {
  const update = findLatestUpdate(await readStackHistory(context).catch(() => []));
  // A failure before the first step creates no update, so the newest one belongs to another run.
  if (update === undefined || Date.parse(update.startedAt) < Math.floor(begun / 1000) * 1000) return;
  // The same applies to an update that was rejected because another one was running.
  if (update.result === "succeeded" || (await context.ledger.read()).records.has(update.id)) return;
  const seconds = secondsSince(begun);
  const failed = { verdict: "bad", summary: "the update failed", seconds } as const;
  await context.ledger.record({ version: 1, id: update.id, ...draft, ...failed });
}

/** Another client may have run a refresh in between. */
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

/** Warns if the commit in Pulumi's history differs from the recorded one; in some checkouts Pulumi reads none. */
function warnOnCommitMismatch({ note }: StackContext, { commit }: RecordDraft, update: Update): void {
  if (update.commit === undefined || update.commit === commit) return;
  note(
    `Pulumi's history has commit ${update.commit.slice(0, 12)} for this update, the ledger has ${commit.slice(0, 12)}.`,
  );
}

function timestampId(startedAt: string): string {
  return startedAt.replace(/\.\d+/, "").replace(/[-:]/g, "");
}

/** Seconds since a time in milliseconds, rounded to tenths. */
export function secondsSince(begun: number): number {
  return Math.round((Date.now() - begun) / 100) / 10;
}
