import { execFile, spawnSync } from "node:child_process";
import { errorCode } from "./error-code.ts";
import { MissingToolError } from "./errors.ts";

export interface GitResult {
  readonly ok: boolean;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs git in a directory and returns its output, whether it succeeds or not.
 * @throws MissingToolError without git, with the given remedy.
 */
export function runGit(directory: string, remedy: string, ...args: readonly string[]): GitResult {
  const result = spawnSync("git", args, {
    cwd: directory,
    env: gitEnvironment(),
    encoding: "utf8",
    maxBuffer: 2 ** 28,
    windowsHide: true,
  });
  if (errorCode(result.error) === "ENOENT") throw new MissingToolError("git", remedy);
  if (result.error !== undefined) throw result.error;
  return { ok: result.status === 0, stdout: result.stdout, stderr: result.stderr };
}

/**
 * As `runGit`, while this process continues.
 * @throws MissingToolError without git, with the given remedy.
 */
export function runGitAsync(
  directory: string,
  remedy: string,
  ...args: readonly string[]
): Promise<GitResult> {
  const { promise, resolve, reject } = Promise.withResolvers<GitResult>();
  const options = { cwd: directory, env: gitEnvironment(), maxBuffer: 2 ** 28, windowsHide: true };
  execFile("git", args, options, (error, stdout, stderr) => {
    if (errorCode(error) === "ENOENT") reject(new MissingToolError("git", remedy));
    // The exit code of git is a number, that of a failed start a text.
    else if (error !== null && typeof error.code !== "number") reject(error);
    else resolve({ ok: error === null, stdout, stderr });
  });
  return promise;
}

/** A Git hook passes its repository and index in variables; git must inspect the directory's own repository. */
export function gitEnvironment(): NodeJS.ProcessEnv {
  const entries = Object.entries(process.env).filter(([name]) => !/^GIT_(?!CONFIG|EXEC)/.test(name));
  return { ...Object.fromEntries(entries), LC_ALL: "C", GIT_OPTIONAL_LOCKS: "0" };
}

/** Parses `git status --porcelain -z`: `XY path` entries, each ended by NUL; the old path of a rename is a separate entry. */
export function parseChangedFiles(status: string): string[] {
  const entries = status.split("\0").filter((entry) => entry !== "");
  return entries.flatMap((entry, index) => {
    const isOldPath = index > 0 && /^[RC]/.test(entries[index - 1] ?? "");
    return isOldPath ? [] : [entry.slice(3)];
  });
}
