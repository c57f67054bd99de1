import { spawnSync } from "node:child_process";
import { errorCode } from "../../../components/shared/error-code.ts";
import { MissingToolError } from "../../../components/shared/errors.ts";

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
    changed: status.ok ? changedFiles(status.stdout) : [],
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

/** Parses `XY path` entries, each ended by NUL; the old path of a rename is a separate entry. */
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
  // A Git hook passes its repository and index in variables; this must inspect the directory's own repository.
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
