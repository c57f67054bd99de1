import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { gitEnvironment, runGit as runSharedGit } from "../../../components/shared/run-git.ts";

/** A value to search for; the path identifies it in the report. */
export interface SearchedValue {
  readonly path: string;
  readonly text: string;
}

/** A value that is in a git repository. */
export interface LeakedValue {
  readonly path: string;
  /** The object that contains it. */
  readonly object: string;
  /** Where it was committed: `<commit> <file>`; undefined for an object without a commit. */
  readonly committed: string | undefined;
}

/** Larger files are packages and pictures. */
const MAX_BLOB_BYTES = 4 * 2 ** 20;

/** Shorter fragments would match by chance. */
const MIN_VALUE_LENGTH = 16;

/** Whether a directory belongs to a git repository. @throws MissingToolError without git */
export function isGitRepository(directory: string): boolean {
  return runGit(directory, ["rev-parse", "--git-dir"]) !== undefined;
}

/** The given paths that git tracks or does not ignore. */
export function findUnignoredPaths(directory: string, paths: readonly string[]): readonly string[] {
  if (paths.length === 0) return [];
  const tracked = new Set((runGit(directory, ["ls-files", "-z", "--", ...paths]) ?? "").split("\0"));
  return paths.filter(
    (path) =>
      [...tracked].some((file) => file !== "" && path.endsWith(file)) ||
      runGit(directory, ["check-ignore", "--quiet", "--no-index", "--", path]) === undefined,
  );
}

/** Searches every object of the repository, also of deleted branches, for values and their base64 form. */
export async function scanGitHistory(
  directory: string,
  values: readonly SearchedValue[],
): Promise<readonly LeakedValue[]> {
  const needles = new Map(
    values
      .filter(({ text }) => text.length >= MIN_VALUE_LENGTH)
      .flatMap(({ path, text }) => [
        [text, path] as const,
        [Buffer.from(text).toString("base64").replace(/=+$/, ""), path] as const,
      ]),
  );
  if (needles.size === 0) return [];
  const pattern = new RegExp([...needles.keys()].map(escapePattern).join("|"), "g");
  const found = new Map<string, { readonly path: string; readonly object: string }>();
  for await (const { object, text } of readBlobs(directory)) {
    for (const [match] of text.matchAll(pattern)) {
      const path = needles.get(match);
      if (path !== undefined) found.set(`${path} ${object}`, { path, object });
    }
  }
  const sorted = [...found.values()].toSorted((a, b) => (a.path < b.path ? -1 : 1));
  return sorted.map(({ path, object }) => ({
    path,
    object,
    committed: findCommit(directory, object),
  }));
}

const escapePattern = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

async function* readBlobs(
  directory: string,
): AsyncGenerator<{ readonly object: string; readonly text: string }> {
  const all = runGit(directory, [
    "cat-file",
    "--batch-all-objects",
    "--batch-check=%(objecttype) %(objectsize) %(objectname)",
  ]);
  const names = (all ?? "").split("\n").flatMap((line) => {
    const [type, size, object = ""] = line.split(" ");
    return type === "blob" && Number(size) <= MAX_BLOB_BYTES ? [object] : [];
  });
  const child = spawn("git", ["cat-file", "--batch", "--buffer"], {
    cwd: directory,
    env: gitEnvironment(),
    stdio: ["pipe", "pipe", "ignore"],
  });
  child.stdin.on("error", () => undefined);
  child.stdin.end(`${names.join("\n")}\n`);
  yield* parseBatch(child);
}

/** Parses `<object> blob <size>`, a line break, the content and another line break, repeated. */
async function* parseBatch(child: ChildProcess) {
  let buffered = Buffer.alloc(0);
  const exited = once(child, "close");
  for await (const chunk of child.stdout ?? []) {
    buffered = Buffer.concat([buffered, chunk as Buffer]);
    for (;;) {
      const lineEnd = buffered.indexOf(0x0a);
      if (lineEnd === -1) break;
      const [object = "", , size] = buffered.subarray(0, lineEnd).toString("latin1").split(" ");
      // `<object> missing`: the object was removed since it was listed.
      if (size === undefined) {
        buffered = buffered.subarray(lineEnd + 1);
        continue;
      }
      const end = lineEnd + 1 + Number(size);
      if (buffered.length < end + 1) break;
      yield { object, text: buffered.subarray(lineEnd + 1, end).toString("latin1") };
      buffered = buffered.subarray(end + 1);
    }
  }
  await exited;
}

/** The first commit, of any branch, that contains an object. */
function findCommit(directory: string, object: string): string | undefined {
  const args = ["log", "--all", "--reverse", "--format=%h", "--name-only", `--find-object=${object}`];
  const [commit, file] = (runGit(directory, args) ?? "").split("\n").filter((line) => line !== "");
  return commit === undefined ? undefined : `${commit} ${file ?? ""}`.trim();
}

/** Standard output of git; undefined if it fails. */
function runGit(directory: string, args: readonly string[]): string | undefined {
  const remedy = "Install it: the audit searches the history for secrets.";
  const { ok, stdout } = runSharedGit(directory, remedy, ...args);
  return ok ? stdout : undefined;
}
