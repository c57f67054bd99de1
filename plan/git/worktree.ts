import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { didYouMean } from "../../components/config/did-you-mean.ts";
import { errorCode } from "../../components/shared/error-code.ts";
import { InputError, MissingToolError } from "../../components/shared/errors.ts";

/** A commit's files in a directory of their own. */
export interface Checkout {
  readonly commit: string;
  /** The checkout's counterpart of the directory that was asked for. */
  readonly directory: string;
  /** Takes it away; does nothing the second time. */
  readonly remove: () => void;
}

/** Where checkouts lie, below the program's directory: Node finds the packages of the parent, and git ignores it. */
const WORKTREES_DIRECTORY = join(".spacetime-vr", "worktrees");

interface GitResult {
  readonly ok: boolean;
  readonly stdout: string;
  readonly stderr: string;
}

function runGit(directory: string, ...args: readonly string[]): GitResult {
  // A hook that runs this hands its repository and index down, and this must not touch either.
  const environment = Object.entries(process.env).filter(([name]) => !/^GIT_(?!CONFIG|EXEC)/.test(name));
  const result = spawnSync("git", args, {
    cwd: directory,
    env: { ...Object.fromEntries(environment), LC_ALL: "C" },
    encoding: "utf8",
    maxBuffer: 256 * 1024 * 1024,
    windowsHide: true,
  });
  if (errorCode(result.error) === "ENOENT") {
    throw new MissingToolError(
      "git",
      "Comparing a plan with a commit needs git: install git and run this again.",
    );
  }
  if (result.error !== undefined) throw result.error;
  return { ok: result.status === 0, stdout: result.stdout.trim(), stderr: result.stderr.trim() };
}

/**
 * The commit that a ref names.
 * @throws InputError when the directory is in no repository or the ref names no commit; MissingToolError without git.
 */
export function resolveCommit(directory: string, ref: string): string {
  const inside = runGit(directory, "rev-parse", "--is-inside-work-tree");
  if (!inside.ok || inside.stdout !== "true") {
    const ownership = /dubious ownership/.test(inside.stderr);
    throw refError(
      ref,
      ownership ? "is in a repository that git does not trust" : "cannot be found: this is no git work tree",
      ownership ? "Run `git status` and follow its advice." : "Run it in a clone of the repository.",
    );
  }
  const found = runGit(directory, "rev-parse", "--verify", "--quiet", "--end-of-options", `${ref}^{commit}`);
  if (found.ok) return found.stdout;
  const names = runGit(directory, "for-each-ref", "--format=%(refname:short)").stdout.split("\n");
  const remedy =
    didYouMean(ref, names) ??
    "Name a branch, a tag or a commit; run `git fetch` if this clone does not have it yet.";
  throw refError(ref, "names no commit of this repository", remedy);
}

/** Checks a commit out below the directory, without its hooks. */
export function createCheckout(directory: string, commit: string): Checkout {
  removeStaleWorktrees(directory);
  const place = join(directory, WORKTREES_DIRECTORY, `${commit.slice(0, 12)}-${process.pid}`);
  mkdirSync(join(directory, WORKTREES_DIRECTORY), { recursive: true });
  let present = true;
  const remove = (): void => {
    if (present) removeWorktree(directory, place);
    present = false;
  };
  const noHooks = `core.hooksPath=${join(directory, WORKTREES_DIRECTORY, "no-hooks")}`;
  const added = runGit(directory, "-c", noHooks, "worktree", "add", "--detach", "--force", place, commit);
  if (!added.ok) {
    remove();
    throw refError(commit, "cannot be checked out", `git says: ${added.stderr.split("\n").at(-1) ?? ""}`);
  }
  const prefix = runGit(directory, "rev-parse", "--show-prefix").stdout;
  return { commit, directory: join(place, prefix), remove };
}

function removeWorktree(directory: string, place: string): void {
  runGit(directory, "worktree", "remove", "--force", "--force", place);
  rmSync(place, { recursive: true, force: true, maxRetries: 3 });
  runGit(directory, "worktree", "prune");
}

/** What a killed run left behind: its process is named in the directory and gone. */
function removeStaleWorktrees(directory: string): void {
  const all = join(directory, WORKTREES_DIRECTORY);
  if (!existsSync(all)) return;
  for (const name of readdirSync(all)) {
    const pid = Number(/^[0-9a-f]{12}-(\d+)$/.exec(name)?.[1]);
    if (Number.isSafeInteger(pid) && !isRunning(pid)) removeWorktree(directory, join(all, name));
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return errorCode(error) === "EPERM";
  }
}

function refError(ref: string, rule: string, remedy: string): InputError {
  return new InputError("The plan cannot be compared:", [{ subject: "--diff", value: ref, rule, remedy }]);
}
