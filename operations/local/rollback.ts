import { InputError } from "../../components/shared/errors.ts";
import { OperationError } from "../errors.ts";
import type { DeployResult } from "./deployment/deployment.ts";
import { type LocalPaths, localPaths } from "./paths.ts";
import { readCurrent, readHistory, verifiedReleases } from "./releases/history.ts";
import { listReleases, type Release, requireRelease } from "./releases/releases.ts";
import { requestSupervisor } from "./supervisor/control-channel.ts";
import { readLockState } from "./supervisor/lock.ts";
import type { OnEvent } from "./up.ts";

/** A stored release with its verification result. */
export interface ListedRelease {
  readonly release: Release;
  readonly current: boolean;
  /** `10/10` of its last successful verification; undefined if it was never verified. */
  readonly verified: string | undefined;
}

/** Lists the stored releases, newest first. */
export function listRollbackReleases(project: string): ListedRelease[] {
  const paths = localPaths(project);
  const current = readCurrent(paths)?.release;
  const good = new Map(
    readHistory(paths).flatMap(({ release, result, verified }) =>
      result === "good" ? [[release, verified]] : [],
    ),
  );
  return listReleases(paths.releases).map((release) => ({
    release,
    current: release.id === current,
    verified: good.get(release.id),
  }));
}

/**
 * Rolls back to the named release, or to the last verified one before the current release.
 * @throws InputError if there is no target; OperationError if nothing is running or the release fails verification.
 */
export async function rollBackRelease(
  project: string,
  to: string | undefined,
  onEvent: OnEvent,
): Promise<DeployResult> {
  const paths = localPaths(project);
  const release = to === undefined ? previousVerifiedRelease(paths) : requireRelease(paths.releases, to).id;
  if (readLockState(paths.lock).kind !== "held") {
    throw new OperationError(
      1,
      [
        {
          subject: "the deployment",
          rule: "is not running",
          remedy: "Start it with `npm run local -- up`, then roll back.",
        },
      ],
      "There is nothing to roll back:",
    );
  }
  return requestSupervisor<DeployResult>(
    paths.control,
    { do: "deploy", release, action: "rollback" },
    onEvent,
  );
}

function previousVerifiedRelease(paths: LocalPaths): string {
  const current = readCurrent(paths)?.release;
  const kept = new Set(listReleases(paths.releases).map(({ id }) => id));
  const found = verifiedReleases(readHistory(paths)).find((id) => id !== current && kept.has(id));
  if (found !== undefined) return found;
  throw new InputError("There is no rollback target:", [
    {
      subject: "history",
      rule: "contains no other stored release that was verified",
      remedy:
        "Change a setting in Pulumi.local.yaml or pass another --build, run `npm run local -- up`, then roll back; `npm run local -- rollback --list` shows the stored releases.",
    },
  ]);
}
