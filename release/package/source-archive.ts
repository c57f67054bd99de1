import { lstatSync } from "node:fs";
import { join } from "node:path";
import { InputError, type Problem } from "../../components/shared/errors.ts";
import { runGit } from "../../components/shared/run-git.ts";
import { OperationError } from "../../operations/errors.ts";
import { type ArchiveEntry, findPathProblem } from "../archive/archive-entry.ts";
import { ArchiveWriter } from "../archive/write-archives.ts";
import { findSecretsInFiles } from "./scan-secrets.ts";

interface SourceArchiveOptions {
  /** The Godot project. */
  readonly project: string;
  /** The directory of the release. */
  readonly directory: string;
  readonly version: string;
  readonly seconds: number;
}

/** Godot stores passwords and keys of exports here; a project must not have it in version control. */
const CREDENTIALS = /(?:^|\/)export_credentials\.cfg$/;

/**
 * Packs the sources of the game: the scripts, addons and scenes that git tracks in the Godot project. They travel beside the package, because
 * a production export contains neither. Returns the paths of both archives.
 * @throws InputError without a git repository; OperationError if a file must not be shipped.
 */
export async function writeSourceArchives(options: SourceArchiveOptions): Promise<readonly string[]> {
  const { project, directory, version, seconds } = options;
  const paths = listTrackedFiles(project);
  const entries = paths.map((path) => toEntry(project, path));
  const problems = [...pathProblems(paths), ...(await findSecretsInFiles(entries))];
  if (problems.length > 0) throw new OperationError(1, problems, "The sources must not be shipped:");
  const root = `spacetime-vr-source-v${version}`;
  const [tarGz, zip] = [join(directory, `${root}.tar.gz`), join(directory, `${root}.zip`)];
  const writer = await ArchiveWriter.create({ tarGz, zip, root, mtime: seconds });
  try {
    for (const entry of entries) await writer.add(entry);
    await writer.finish();
  } catch (error) {
    await writer.close();
    throw error;
  }
  return [tarGz, zip];
}

/** Only tracked files: the directory also has imported resources, exports and personal settings. */
function listTrackedFiles(project: string): string[] {
  const remedy = "Install git, which lists the files of the Godot project.";
  const { ok, stdout } = runGit(project, remedy, "ls-files", "-z", "--cached", ".");
  const paths = stdout
    .split("\0")
    .filter((path) => path !== "")
    .toSorted();
  if (ok && paths.includes("project.godot")) return paths;
  throw new InputError("The sources cannot be packaged:", [
    {
      subject: "--project",
      value: project,
      rule: "must be a Godot project in a git repository that tracks its project.godot",
      remedy: "Name the directory with project.godot, or omit --project.",
    },
  ]);
}

function toEntry(project: string, path: string): ArchiveEntry {
  const file = join(project, path);
  const { size, mode } = lstatSync(file);
  return { path, mode: (mode & 0o100) === 0 ? 0o644 : 0o755, content: { file, size } };
}

function pathProblems(paths: readonly string[]): Problem[] {
  return paths.flatMap((path) => {
    const rule = CREDENTIALS.test(path) ? "contains the credentials of exports" : findPathProblem(path);
    return rule === undefined ? [] : [{ subject: path, rule, remedy: "Remove it from the repository." }];
  });
}
