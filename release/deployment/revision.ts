import { hash } from "node:crypto";
import { gunzipSync, gzipSync } from "node:zlib";
import { z } from "zod";
import type { JsonObject } from "../../plan/plan.ts";
import { describeReference, type ObjectReference, referenceOf } from "./kubernetes-objects.ts";

/** Where the revisions of a deployment are recorded. */
export const REVISION_NAMESPACE = "spacetime";
export const REVISION_LABEL = "spacetime-vr.com/package-revision";

const recordSchema = z.strictObject({
  revision: z.int().min(1),
  version: z.string(),
  commit: z.string(),
  overlay: z.string(),
  /** `deployed`: all workloads are available. `verified`: the post-deployment checks passed too. */
  state: z.enum(["deploying", "deployed", "verified", "failed"]),
  /** The revision that a rollback returned to. */
  rollbackTo: z.int().optional(),
  digest: z.string(),
  startedAt: z.string(),
  finishedAt: z.string().optional(),
  reason: z.string().optional(),
});

/** A deployment of a package to a cluster. */
export type RevisionRecord = z.infer<typeof recordSchema>;

/** A revision with its objects, without the values of Secrets. */
export interface Revision {
  readonly record: RevisionRecord;
  /** All objects except Secrets. */
  readonly objects: readonly JsonObject[];
  readonly secrets: readonly ObjectReference[];
}

/** The digest of what a revision deploys; secrets are compared by name, because names change with versions. */
export function digestObjects(objects: readonly JsonObject[]): string {
  const plain = objects.filter(({ kind }) => kind !== "Secret");
  const secrets = objects
    .filter(({ kind }) => kind === "Secret")
    .map((object) => describeReference(referenceOf(object)));
  return hash("sha256", JSON.stringify([plain, secrets]));
}

export function createRevision(record: RevisionRecord, objects: readonly JsonObject[]): Revision {
  return {
    record,
    objects: objects.filter(({ kind }) => kind !== "Secret"),
    secrets: objects.filter(({ kind }) => kind === "Secret").map(referenceOf),
  };
}

/** The ConfigMap of a revision. Compressed, the objects are a tenth of the one MiB that a ConfigMap can have. */
export function toConfigMap({ record, objects, secrets }: Revision): JsonObject {
  const compressed = gzipSync(JSON.stringify({ objects, secrets }));
  return {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: {
      name: revisionName(record.revision),
      namespace: REVISION_NAMESPACE,
      labels: { "app.kubernetes.io/part-of": "spacetime-vr", [REVISION_LABEL]: String(record.revision) },
    },
    data: { "record.json": JSON.stringify(record) },
    binaryData: { "objects.json.gz": compressed.toString("base64") },
  };
}

export function revisionName(revision: number): string {
  return `spacetime-vr-revision-${revision}`;
}

interface RevisionConfigMap {
  readonly data?: Readonly<Record<string, string>>;
  readonly binaryData?: Readonly<Record<string, string>>;
}

/** Reads the ConfigMap of a revision; undefined if it is not in the format of a revision. */
export function fromConfigMap({ data, binaryData }: RevisionConfigMap): Revision | undefined {
  try {
    const record = recordSchema.parse(JSON.parse(data?.["record.json"] ?? ""));
    const bytes = Buffer.from(binaryData?.["objects.json.gz"] ?? "", "base64");
    const text = gunzipSync(bytes, { maxOutputLength: 64 * 1024 * 1024 }).toString("utf8");
    const { objects, secrets } = JSON.parse(text) as Pick<Revision, "objects" | "secrets">;
    return { record, objects, secrets };
  } catch {
    return undefined;
  }
}

/** Whether a rollback may return to a revision. */
export function isGood({ state }: RevisionRecord): boolean {
  return state === "deployed" || state === "verified";
}

/** Kinds whose deletion loses data, or which an earlier revision still needs. */
const KEPT_KINDS: ReadonlySet<string> = new Set([
  "Namespace",
  "PersistentVolumeClaim",
  "PersistentVolume",
  "Secret",
]);

/**
 * The objects of earlier revisions that the current one does not have. ConfigMaps of the newest good revision are kept, because a rollback
 * needs them immediately and pods that still run mount them.
 */
export function findObsolete(current: Revision, earlier: readonly Revision[]): ObjectReference[] {
  const key = (reference: ObjectReference): string =>
    `${reference.apiVersion} ${describeReference(reference)}`;
  const wanted = new Set(current.objects.map((object) => key(referenceOf(object))));
  const previous = earlier.filter(({ record }) => isGood(record)).at(-1);
  const kept = new Set(
    (previous?.objects ?? [])
      .filter(({ kind }) => kind === "ConfigMap")
      .map((object) => key(referenceOf(object))),
  );
  const obsolete = new Map<string, ObjectReference>();
  for (const { objects } of earlier) {
    for (const reference of objects.map(referenceOf)) {
      const id = key(reference);
      if (!wanted.has(id) && !kept.has(id) && !KEPT_KINDS.has(reference.kind)) obsolete.set(id, reference);
    }
  }
  return [...obsolete.values()];
}
