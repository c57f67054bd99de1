import { existsSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { didYouMean } from "../../components/config/did-you-mean.ts";
import { InputError } from "../../components/shared/errors.ts";
import { isProcessRunning } from "../../components/shared/is-process-running.ts";
import { runGit as runSharedGit } from "../../components/shared/run-git.ts";

/** A temporary work tree of a commit. */
export interface Checkout {
  readonly commit: string;
  /** The path in the checkout that corresponds to the requested directory. */
  readonly directory: string;
  /** Removes the work tree; idempotent. */
  readonly remove: () => void;
}

/** Below the program's directory, so that Node resolves its packages; git ignores it. */
const WORKTREES_DIRECTORY = join(".spacetime-vr", "worktrees");

const REMEDY = "Install git, which is required to compare a plan with a commit, and retry.";

function runGit(directory: string, ...args: readonly string[]) {
  const { ok, stdout, stderr } = runSharedGit(directory, REMEDY, ...args);
  return { ok, stdout: stdout.trim(), stderr: stderr.trim() };
}

/**
 * Resolves a ref to a commit.
 * @throws InputError if the directory is not in a repository or the ref is not a commit; MissingToolError without git.
 */
export function resolveCommit(directory: string, ref: string): string {
  const workTree = runGit(directory, "rev-parse", "--is-inside-work-tree");
  if (!workTree.ok || workTree.stdout !== "true") {
    const ownership = /dubious ownership/.test(workTree.stderr);
    throw refError(
      ref,
      ownership
        ? "is in a repository that git does not trust"
        : "cannot be resolved: the directory is not a git work tree",
      ownership ? "Run `git status` and follow its advice." : "Run the command in a clone of the repository.",
    );
  }
  const commit = runGit(directory, "rev-parse", "--verify", "--quiet", "--end-of-options", `${ref}^{commit}`);
  if (commit.ok) return commit.stdout;
  const names = runGit(directory, "for-each-ref", "--format=%(refname:short)").stdout.split("\n");
  // A clone has only the default branch as a local branch; the others exist as `origin/<name>`.
  const remote = names.find((name) => name === `origin/${ref}`);
  const remedy =
    (remote === undefined ? didYouMean(ref, names) : `Use ${remote}.`) ??
    "Use a branch, a tag or a commit; run `git fetch` if this clone does not have it yet.";
  throw refError(ref, "is not a commit in this repository", remedy);
}

/** Checks out a commit below the directory, without running hooks. */
export function createCheckout(directory: string, commit: string): Checkout {
  removeStaleWorktrees(directory);
  const path = join(directory, WORKTREES_DIRECTORY, `${commit.slice(0, 12)}-${process.pid}`);
  mkdirSync(join(directory, WORKTREES_DIRECTORY), { recursive: true });
  let present = true;
  const remove = (): void => {
    if (present) removeWorktree(directory, path);
    present = false;
  };
  const noHooks = `core.hooksPath=${join(directory, WORKTREES_DIRECTORY, "no-hooks")}`;
  const added = runGit(directory, "-c", noHooks, "worktree", "add", "--detach", "--force", path, commit);
  if (!added.ok) {
    remove();
    throw refError(commit, "cannot be checked out", `git: ${added.stderr.split("\n").at(-1) ?? ""}`);
  }
  const prefix = runGit(directory, "rev-parse", "--show-prefix").stdout;
  return { commit, directory: join(path, prefix), remove };
}

function removeWorktree(directory: string, path: string): void {
  runGit(directory, "worktree", "remove", "--force", "--force", path);
  rmSync(path, { recursive: true, force: true, maxRetries: 3 });
  runGit(directory, "worktree", "prune");
}

/** Removes work trees of terminated processes, whose pid is in the directory name. */
function removeStaleWorktrees(directory: string): void {
  const all = join(directory, WORKTREES_DIRECTORY);
  if (!existsSync(all)) return;
  for (const name of readdirSync(all)) {
    const pid = Number(/^[0-9a-f]{12}-(\d+)$/.exec(name)?.[1]);
    if (Number.isSafeInteger(pid) && !isProcessRunning(pid)) removeWorktree(directory, join(all, name));
  }
}

function refError(ref: string, rule: string, remedy: string): InputError {
  return new InputError("Cannot compare plans:", [{ subject: "--diff", value: ref, rule, remedy }]);
}
