import { OperationError } from "../../operations/errors.ts";
import type { JsonObject } from "../../plan/plan.ts";
import type { Kubectl } from "./kubectl.ts";
import { describeReference, referenceOf, toIdentity, toList } from "./kubernetes-objects.ts";
import { findObsolete, type Revision, type RevisionRecord } from "./revision.ts";
import { applyObjects, type RevisionStore } from "./revision-store.ts";

/** How a revision is rolled out. */
export interface RollOutOptions {
  readonly kubectl: Kubectl;
  readonly store: RevisionStore;
  /** Includes the Secrets, if they are to be applied. */
  readonly objects: readonly JsonObject[];
  readonly earlier: readonly Revision[];
  readonly timeoutSeconds: number;
  /** The checks of the running server; undefined to skip them. */
  readonly verify: (() => Promise<boolean>) | undefined;
  readonly progress: (activity: string) => void;
}

/** How long each part took, in seconds. */
export interface RollOutTimings {
  readonly apply: number;
  readonly available: number;
  readonly verify: number | undefined;
  readonly total: number;
}

export interface RollOutResult {
  readonly record: RevisionRecord;
  readonly timings: RollOutTimings;
}

const WORKLOADS: ReadonlySet<string> = new Set(["Deployment", "StatefulSet", "DaemonSet"]);

/**
 * Applies a revision, waits until its workloads are available, verifies it, deletes what earlier revisions had, and records the result. The
 * record exists before the first change, so that an interrupted run is recognised and completed by the next one.
 * @throws OperationError if the workloads are not available in time or the verification fails; the record says so.
 */
export async function rollOut(revision: Revision, options: RollOutOptions): Promise<RollOutResult> {
  const { kubectl, store, objects, earlier, progress } = options;
  const started = performance.now();
  const seconds = (since: number) => Math.round((performance.now() - since) / 100) / 10;
  const namespaces = objects.filter(({ kind }) => kind === "Namespace");
  await applyObjects(kubectl, namespaces);
  await store.save(revision);
  const finish = async (state: RevisionRecord["state"], reason?: string): Promise<RevisionRecord> => {
    const finishedAt = new Date().toISOString();
    const record = { ...revision.record, state, finishedAt, ...(reason === undefined ? {} : { reason }) };
    await store.save({ ...revision, record });
    return record;
  };
  try {
    progress(`applying ${objects.length} objects`);
    await applyObjects(kubectl, objects);
    const apply = seconds(started);
    const waiting = performance.now();
    await waitForWorkloads(objects, options);
    const available = seconds(waiting);
    const verifying = performance.now();
    const verified = await verifyRevision(options);
    const record = await finish(verified ? "verified" : "deployed");
    await deleteObsolete(kubectl, revision, earlier);
    await store.prune([...earlier, revision]);
    const verify = verified ? seconds(verifying) : undefined;
    return { record, timings: { apply, available, verify, total: seconds(started) } };
  } catch (error) {
    if (error instanceof OperationError)
      await finish("failed", error.problems[0]?.rule).catch(() => undefined);
    throw error;
  }
}

async function waitForWorkloads(objects: readonly JsonObject[], options: RollOutOptions): Promise<void> {
  const deadline = performance.now() + options.timeoutSeconds * 1000;
  for (const object of objects) {
    const reference = referenceOf(object);
    if (!WORKLOADS.has(reference.kind)) continue;
    const name = describeReference(reference);
    options.progress(`waiting for ${name}`);
    const workload = `${reference.kind.toLowerCase()}/${reference.name}`;
    try {
      await options.kubectl.waitForRollout(workload, reference.namespace ?? "default", deadline);
    } catch (error) {
      if (!(error instanceof OperationError)) throw error;
      throw new OperationError(1, {
        subject: name,
        rule: `is not available (${error.problems[0]?.rule ?? "no message"})`,
        remedy: "Look at its pods (kubectl describe pods), then deploy again, or run rollback.sh.",
      });
    }
  }
}

async function verifyRevision({ verify, progress }: RollOutOptions): Promise<boolean> {
  if (verify === undefined) return false;
  progress("verifying");
  if (await verify()) return true;
  throw new OperationError(1, {
    subject: "the post-deployment checks",
    rule: "did not all pass",
    remedy: "See the report, then deploy again, or run rollback.sh.",
  });
}

async function deleteObsolete(
  kubectl: Kubectl,
  current: Revision,
  earlier: readonly Revision[],
): Promise<void> {
  const obsolete = findObsolete(current, earlier);
  if (obsolete.length === 0) return;
  const flags = ["--filename", "-", "--ignore-not-found", "--wait=false"];
  await kubectl.run(["delete", ...flags], toList(obsolete.map(toIdentity)));
}
