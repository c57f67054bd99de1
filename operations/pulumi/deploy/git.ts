import { parseChangedFiles, runGit as runSharedGit } from "../../../components/shared/run-git.ts";

/** The state of the work tree. */
export interface WorkTree {
  /** Undefined outside a repository and before the first commit. */
  readonly commit: string | undefined;
  /** Changed and untracked files, as listed by `git status`; Pulumi considers the same ones. */
  readonly changed: readonly string[];
}

export function readWorkTree(directory: string): WorkTree {
  const head = runGit(directory, "rev-parse", "--verify", "--quiet", "HEAD");
  const status = runGit(directory, "status", "--porcelain", "-z");
  return {
    commit: head.ok && head.stdout !== "" ? head.stdout.trim() : undefined,
    changed: status.ok ? parseChangedFiles(status.stdout) : [],
  };
}

/** Whether this clone contains a commit. */
export function hasCommit(directory: string, commit: string): boolean {
  return runGit(directory, "cat-file", "-e", `${commit}^{commit}`).ok;
}

/** Reads a file of a commit by its path relative to the directory; undefined if the commit does not contain it. */
export function readFileAtCommit(directory: string, commit: string, path: string): string | undefined {
  const found = runGit(directory, "show", `${commit}:./${path}`);
  return found.ok ? found.stdout : undefined;
}

const REMEDY = "Every update is tied to a commit: install git and run this again.";

function runGit(directory: string, ...args: readonly string[]) {
  return runSharedGit(directory, REMEDY, ...args);
}
