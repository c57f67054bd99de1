import { spawnSync } from "node:child_process";
import { errorCode } from "../../../components/shared/error-code.ts";
import { MissingToolError } from "../../../components/shared/errors.ts";

/** What the work tree holds. */
export interface WorkTree {
  /** Undefined outside a repository and before the first commit. */
  readonly commit: string | undefined;
  /** Changed and untracked files, as `git status` names them. The engine counts the same ones. */
  readonly changed: readonly string[];
}

export function readWorkTree(directory: string): WorkTree {
  const head = runGit(directory, "rev-parse", "--verify", "--quiet", "HEAD");
  const status = runGit(directory, "status", "--porcelain", "-z");
  return {
    commit: head.ok && head.stdout !== "" ? head.stdout.trim() : undefined,
    changed: status.ok ? changedFiles(status.stdout) : [],
  };
}

/** Whether this clone has a commit. */
export function hasCommit(directory: string, commit: string): boolean {
  return runGit(directory, "cat-file", "-e", `${commit}^{commit}`).ok;
}

/** A file of a commit, by its path from the directory; undefined when the commit has none. */
export function readFileAtCommit(directory: string, commit: string, path: string): string | undefined {
  const found = runGit(directory, "show", `${commit}:./${path}`);
  return found.ok ? found.stdout : undefined;
}

/** `XY path` entries, ended by NUL; a rename's old path follows as an entry of its own. */
function changedFiles(status: string): string[] {
  const entries = status.split("\0").filter((entry) => entry !== "");
  return entries.flatMap((entry, index) => {
    const isOldPath = index > 0 && /^[RC]/.test(entries[index - 1] ?? "");
    return isOldPath ? [] : [entry.slice(3)];
  });
}

function runGit(
  directory: string,
  ...args: readonly string[]
): { readonly ok: boolean; readonly stdout: string } {
  // A hook that runs this hands its repository and index down, and this asks about the directory's own.
  const environment = Object.entries(process.env).filter(([name]) => !/^GIT_(?!CONFIG|EXEC)/.test(name));
  const result = spawnSync("git", args, {
    cwd: directory,
    env: { ...Object.fromEntries(environment), LC_ALL: "C", GIT_OPTIONAL_LOCKS: "0" },
    encoding: "utf8",
    maxBuffer: 64 * 1024 * 1024,
    windowsHide: true,
  });
  if (errorCode(result.error) === "ENOENT") {
    throw new MissingToolError("git", "Every update is tied to a commit: install git and run this again.");
  }
  if (result.error !== undefined) throw result.error;
  return { ok: result.status === 0, stdout: result.stdout };
}
