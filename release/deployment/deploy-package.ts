import type { JsonObject } from "../../plan/plan.ts";
import { type ClusterAccess, Kubectl } from "./kubectl.ts";
import { describeReference, parseObjects, referenceOf } from "./kubernetes-objects.ts";
import { mergeSecrets } from "./merge-secrets.ts";
import { overlayDirectory, readPackage, readSecretsDirectory } from "./package-directory.ts";
import { checkCluster, deploymentError } from "./preflight.ts";
import { createRevision, digestObjects, isGood, type Revision, type RevisionRecord } from "./revision.ts";
import { RevisionStore } from "./revision-store.ts";
import { type RollOutOptions, type RollOutResult, rollOut } from "./roll-out.ts";

/** How the waiting and the checks work, for deployments and rollbacks. */
export type RollOutSettings = Pick<RollOutOptions, "timeoutSeconds" | "verify" | "progress">;

export interface DeployOptions extends RollOutSettings {
  /** The unpacked package. */
  readonly directory: string;
  readonly overlay: string;
  readonly cluster: ClusterAccess;
  /** The directory with the filled-in Secrets. */
  readonly secrets: string;
}

/**
 * Deploys a package to a cluster, or upgrades the one that is deployed. Everything is checked before the first change.
 * @throws InputError for a changed package, a wrong context or secrets that are missing or not filled in; OperationError if it fails.
 */
export async function deployPackage(options: DeployOptions): Promise<RollOutResult> {
  const { directory, overlay, cluster, progress } = options;
  progress("checking the package");
  const { version, build } = readPackage(directory);
  const kubectl = new Kubectl(cluster);
  const rendered = parseObjects(await kubectl.kustomize(overlayDirectory(directory, overlay)));
  const { objects, problems } = mergeSecrets(rendered, readSecretsDirectory(options.secrets));
  if (problems.length > 0) throw deploymentError(problems);
  progress("checking the cluster");
  await checkCluster(kubectl, cluster.context);
  const store = new RevisionStore(kubectl);
  const revisions = await store.list();
  const { revision, earlier } = nextRevision(revisions, { version, commit: build.commit, overlay }, objects);
  return rollOut(revision, { ...options, kubectl, store, objects, earlier });
}

/** An interrupted or completed deployment of the same objects keeps its number; anything else is a new revision. */
function nextRevision(
  revisions: readonly Revision[],
  about: Pick<RevisionRecord, "version" | "commit" | "overlay">,
  objects: readonly JsonObject[],
): { readonly revision: Revision; readonly earlier: readonly Revision[] } {
  const digest = digestObjects(objects);
  const latest = revisions.at(-1);
  const isSame = latest?.record.digest === digest && latest.record.version === about.version;
  const number = latest === undefined ? 1 : latest.record.revision + (isSame ? 0 : 1);
  const startedAt = new Date().toISOString();
  const record: RevisionRecord = { ...about, revision: number, state: "deploying", digest, startedAt };
  return { revision: createRevision(record, objects), earlier: isSame ? revisions.slice(0, -1) : revisions };
}

export interface RollbackOptions extends RollOutSettings {
  readonly cluster: ClusterAccess;
  /** The revision to return to; undefined for the last good one before the current one. */
  readonly to: number | undefined;
}

/**
 * Returns to an earlier revision. Its objects are those that were recorded in the cluster, so its package is not needed.
 * @throws InputError if there is no such revision or its Secrets are gone; OperationError if it fails.
 */
export async function rollBackPackage(options: RollbackOptions): Promise<RollOutResult> {
  const kubectl = new Kubectl(options.cluster);
  await checkCluster(kubectl, options.cluster.context);
  const store = new RevisionStore(kubectl);
  const revisions = await store.list();
  const target = findTarget(revisions, options.to);
  await requireSecrets(kubectl, target);
  const { rollbackTo: _earlier, finishedAt: _finished, reason: _reason, ...about } = target.record;
  const revision: Revision = {
    ...target,
    record: {
      ...about,
      revision: (revisions.at(-1)?.record.revision ?? 0) + 1,
      state: "deploying",
      rollbackTo: target.record.revision,
      startedAt: new Date().toISOString(),
    },
  };
  return rollOut(revision, { ...options, kubectl, store, objects: target.objects, earlier: revisions });
}

function findTarget(revisions: readonly Revision[], to: number | undefined): Revision {
  const current = revisions.at(-1);
  const candidates = revisions.slice(0, -1).filter(({ record }) => isGood(record));
  // A revision with the same objects as the current good one would change nothing.
  const different = candidates.filter(
    ({ record }) => record.digest !== current?.record.digest || !isGood(current.record),
  );
  const target =
    to === undefined ? different.at(-1) : candidates.find(({ record }) => record.revision === to);
  if (target !== undefined) return target;
  const numbers = candidates.map(({ record }) => record.revision).join(", ");
  throw deploymentError([
    {
      subject: "--to",
      ...(to === undefined ? {} : { value: String(to) }),
      rule: "names no earlier revision that was deployed successfully",
      remedy: numbers === "" ? "There is nothing to roll back to." : `Use one of: ${numbers}.`,
    },
  ]);
}

/** The values of Secrets are not recorded; deployments never delete them, so they are present unless they were deleted manually. */
async function requireSecrets(kubectl: Kubectl, { secrets }: Revision): Promise<void> {
  const present = new Set<string>();
  for (const namespace of new Set(secrets.map((secret) => secret.namespace ?? "default"))) {
    const output = await kubectl.getAll<JsonObject>(["secrets", "--namespace", namespace]);
    for (const secret of output) present.add(describeReference(referenceOf({ ...secret, kind: "Secret" })));
  }
  const missing = secrets.map(describeReference).filter((name) => !present.has(name));
  if (missing.length === 0) return;
  throw deploymentError(
    missing.map((subject) => ({
      subject,
      rule: "is not in the cluster any more",
      remedy: "Deploy the earlier package with its secrets directory instead.",
    })),
  );
}

/** The revisions of a cluster, oldest first. */
export async function listRevisions(cluster: ClusterAccess): Promise<readonly RevisionRecord[]> {
  const kubectl = new Kubectl(cluster);
  await checkCluster(kubectl, cluster.context);
  return (await new RevisionStore(kubectl).list()).map(({ record }) => record);
}
