import { OperationError } from "../errors.ts";
import { acquireLock, readLockState } from "../local/supervisor/lock.ts";
import type { RepositoryPaths } from "./repository.ts";

/** Runs work while no other command changes the repository. @throws OperationError if another one holds the lock. */
export async function withRepositoryLock<Answer>(
  { lock: path }: RepositoryPaths,
  work: () => Promise<Answer>,
): Promise<Answer> {
  const acquired = acquireLock(path);
  if (acquired === undefined) {
    const state = readLockState(path);
    const holder = state.kind === "held" ? ` by process ${state.holder.pid} since ${state.holder.since}` : "";
    throw new OperationError(1, {
      subject: path,
      rule: `is held${holder}: another backup command is running`,
      remedy: "Wait until it has ended, then run this again.",
    });
  }
  try {
    return await work();
  } finally {
    acquired.lock.release();
  }
}
