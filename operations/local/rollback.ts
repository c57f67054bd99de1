import { InputError } from "../../components/shared/errors.ts";
import { OperationError } from "../errors.ts";
import type { DeployResult } from "./deployment/deployment.ts";
import { type LocalPaths, localPaths } from "./paths.ts";
import { readCurrent, readHistory, verifiedReleases } from "./releases/history.ts";
import { listReleases, type Release, requireRelease } from "./releases/releases.ts";
import { requestSupervisor } from "./supervisor/control-channel.ts";
import { readLockState } from "./supervisor/lock.ts";
import type { OnEvent } from "./up.ts";

/** A release that is kept, with what is known of it. */
export interface ListedRelease {
  readonly release: Release;
  readonly current: boolean;
  /** `10/10` of its last good verification; undefined when it never had one. */
  readonly verified: string | undefined;
}

/** The releases that are kept, the newest first. */
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
 * Goes back to a release: the named one, else the one that was verified good before the present one.
 * @throws InputError when there is none to go back to; OperationError when nothing runs or the release is not good any more.
 */
export async function rollBackRelease(
  project: string,
  to: string | undefined,
  hear: OnEvent,
): Promise<DeployResult> {
  const paths = localPaths(project);
  const release = to === undefined ? previousVerifiedRelease(paths) : requireRelease(paths.releases, to).id;
  if (readLockState(paths.lock).kind !== "held") {
    throw new OperationError(
      1,
      [
        {
          subject: "the deployment",
          rule: "does not run",
          remedy: "Start it with `local up`, then roll back.",
        },
      ],
      "There is nothing to roll back:",
    );
  }
  return requestSupervisor<DeployResult>(paths.control, { do: "roll", release, action: "rollback" }, hear);
}

function previousVerifiedRelease(paths: LocalPaths): string {
  const current = readCurrent(paths)?.release;
  const kept = new Set(listReleases(paths.releases).map(({ id }) => id));
  const found = verifiedReleases(readHistory(paths)).find((id) => id !== current && kept.has(id));
  if (found !== undefined) return found;
  throw new InputError("There is no release to go back to:", [
    {
      subject: "history",
      rule: "names no other release that was verified good and is kept",
      remedy: "Deploy a second one with `local up`; `local rollback --list` shows what is kept.",
    },
  ]);
}
