import { InputError } from "../../components/shared/errors.ts";
import { runGit } from "../../components/shared/run-git.ts";

/** The commit that a package is built from. */
export interface Commit {
  readonly id: string;
  /** Undefined for a detached checkout, as in CI. */
  readonly branch: string | undefined;
  /** The committer date in seconds since 1970: the time of everything in the package. */
  readonly seconds: number;
  /** Paths that differ from the commit, in the format of `git status --porcelain`. */
  readonly changes: readonly string[];
}

/** The commits since an earlier release, newest first. */
export interface CommitMessage {
  readonly id: string;
  readonly subject: string;
}

/**
 * Reads the current commit of a work tree.
 * @throws InputError if the directory is not a git work tree with a commit; MissingToolError without git.
 */
export function readCommit(directory: string): Commit {
  const [id = "", seconds = ""] = git(directory, ["log", "-1", "--format=%H %ct"]).split(" ");
  const branch = git(directory, ["branch", "--show-current"]);
  const status = git(directory, ["status", "--porcelain", "--untracked-files=normal"]);
  return {
    id,
    branch: branch === "" ? undefined : branch,
    seconds: Number(seconds),
    changes: status === "" ? [] : status.split("\n"),
  };
}

/**
 * The commits after `since` up to the current one, newest first; all commits without it.
 * @throws InputError if `since` is not a commit.
 */
export function listCommits(directory: string, since: string | undefined): readonly CommitMessage[] {
  const range = since === undefined ? ["HEAD"] : [`${resolveRef(directory, since)}..HEAD`];
  const output = git(directory, ["log", "--no-merges", "--format=%H %s", ...range]);
  return output === ""
    ? []
    : output.split("\n").map((line) => ({ id: line.slice(0, 40), subject: line.slice(41) }));
}

/** The newest version tag before the current commit; undefined if there is none. */
export function findPreviousTag(directory: string, version: string): string | undefined {
  const tags = git(directory, ["tag", "--merged", "HEAD", "--sort=-version:refname", "--list", "v[0-9]*"]);
  return tags.split("\n").find((tag) => tag !== "" && tag !== `v${version}`);
}

function resolveRef(directory: string, ref: string): string {
  return git(directory, ["rev-parse", "--verify", "--quiet", "--end-of-options", `${ref}^{commit}`], ref);
}

const REMEDY = "Install git, which names the commit that a package is built from.";

function git(directory: string, args: readonly string[], ref?: string): string {
  const { ok, stdout, stderr } = runGit(directory, REMEDY, ...args);
  if (ok) return stdout.replace(/\n+$/, "");
  throw new InputError("The package cannot be built:", [
    ref === undefined
      ? {
          subject: directory,
          rule: `is not a git work tree with a commit (${stderr.split("\n")[0] ?? ""})`,
          remedy: "Run the command in a clone of the repository.",
        }
      : {
          subject: "--since",
          value: ref,
          rule: "is not a commit",
          remedy: "Use a branch, a tag or a commit.",
        },
  ]);
}
