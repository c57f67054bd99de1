import type { JsonObject } from "../../plan/plan.ts";
import { FIELD_MANAGER, type Kubectl } from "./kubectl.ts";
import { toList } from "./kubernetes-objects.ts";
import {
  fromConfigMap,
  REVISION_LABEL,
  REVISION_NAMESPACE,
  type Revision,
  revisionName,
  toConfigMap,
} from "./revision.ts";

/** Revisions that are kept for rollbacks. */
const KEPT_REVISIONS = 10;

/** The revisions of a deployment, which are ConfigMaps in its namespace. */
export class RevisionStore {
  readonly #kubectl: Kubectl;

  constructor(kubectl: Kubectl) {
    this.#kubectl = kubectl;
  }

  /** All revisions, oldest first. */
  async list(): Promise<readonly Revision[]> {
    const selector = ["--namespace", REVISION_NAMESPACE, "--selector", REVISION_LABEL];
    const objects = await this.#kubectl.getAll<Parameters<typeof fromConfigMap>[0]>([
      "configmaps",
      ...selector,
    ]);
    return objects
      .flatMap((object) => fromConfigMap(object) ?? [])
      .toSorted((a, b) => a.record.revision - b.record.revision);
  }

  async save(revision: Revision): Promise<void> {
    await applyObjects(this.#kubectl, [toConfigMap(revision)]);
  }

  /** Deletes the oldest revisions. */
  async prune(revisions: readonly Revision[]): Promise<void> {
    const old = revisions.slice(0, -KEPT_REVISIONS).map(({ record }) => revisionName(record.revision));
    if (old.length === 0) return;
    const scope = ["--namespace", REVISION_NAMESPACE, "--ignore-not-found"];
    await this.#kubectl.run(["delete", "configmaps", ...old, ...scope]);
  }
}

/** Applies objects on the server, which keeps fields of other owners, such as the replicas that an autoscaler sets. */
export async function applyObjects(kubectl: Kubectl, objects: readonly JsonObject[]): Promise<void> {
  const flags = ["--server-side", "--force-conflicts", "--field-manager", FIELD_MANAGER, "--filename", "-"];
  await kubectl.run(["apply", ...flags], toList(objects));
}
