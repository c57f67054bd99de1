import { join } from "node:path";
import { InputError, type Problem } from "../../../components/shared/errors.ts";
import { type ByteSource, withFile } from "../../../release/exports/byte-source.ts";
import { packCandidates } from "../../../release/exports/checks/pack-checks.ts";
import { CorruptFileError } from "../../../release/exports/corrupt-file-error.ts";
import { readExecutable } from "../../../release/exports/executables/read-executable.ts";
import { listExportFiles } from "../../../release/exports/list-export-files.ts";
import { locateEmbeddedPack, locateStandalonePack } from "../../../release/exports/pack/locate-pack.ts";
import { isExecutable } from "../../find-program.ts";

/** An exported Godot server that can run on this machine. */
export interface Build {
  readonly directory: string;
  /** File names within the directory. */
  readonly executable: string;
  /** Undefined when the pack is embedded in the executable. */
  readonly pack: string | undefined;
  /** The executable's shared libraries (GDExtensions). */
  readonly libraries: readonly string[];
}

/** Godot's names of architectures by Node's. */
const ARCHITECTURES: Readonly<Record<string, string>> = { x64: "x86_64", arm64: "arm64" };

/**
 * Reads an export directory: one Linux executable for this machine and its pack. The content of the pack is not read.
 * @throws InputError that names the missing or unsuitable file, with a remedy.
 */
export function readBuild(directory: string): Build {
  if (process.platform !== "linux") {
    throw invalidBuild(
      directory,
      "contains a Linux server, which runs only on Linux",
      "Omit --build to run the reference server.",
    );
  }
  // Directories of other platforms are not part of the build.
  const files = listExportFiles(directory).filter(({ path }) => !path.includes("/"));
  const named = (kind: string): string[] =>
    files.filter((file) => file.kind === kind).map(({ path }) => path);
  const executable = findExecutable(directory, named("linux-server"));
  const pack = packCandidates(executable).find((candidate) => named("pack").includes(candidate));
  const problem = buildProblem(directory, executable, pack);
  if (problem !== undefined) throw new InputError("The build cannot be run:", [problem]);
  return {
    directory,
    executable,
    pack,
    libraries: named("library").filter((name) => /\.so(\.\d+)*$/.test(name)),
  };
}

function invalidBuild(subject: string, rule: string, remedy: string): InputError {
  return new InputError("The build cannot be run:", [{ subject, rule, remedy }]);
}

function findExecutable(directory: string, found: readonly string[]): string {
  const [only, ...others] = found;
  if (only === undefined) {
    throw invalidBuild(
      directory,
      "contains no Linux executable",
      "Export the project with the Linux preset, dedicated server.",
    );
  }
  if (others.length === 0) return only;
  throw invalidBuild(
    directory,
    `contains several executables: ${found.join(", ")}`,
    "Keep one export per directory.",
  );
}

const EXPORT_AGAIN =
  "Export the project again with the Linux preset, and compare the checksum after copying.";

function buildProblem(directory: string, executable: string, pack: string | undefined): Problem | undefined {
  const path = join(directory, executable);
  const embedded = readFormat(path, (source) => {
    const file = readExecutable(source);
    if (file.format === "PE") throw new CorruptFileError("is a Windows program");
    if (file.architecture !== ARCHITECTURES[process.arch])
      throw new CorruptFileError(`is for ${file.architecture}, and this machine is ${process.arch}`);
    return locateEmbeddedPack(source, file) !== undefined;
  });
  if (typeof embedded === "object") return embedded;
  if (!isExecutable(path)) return { subject: path, rule: "is not executable", remedy: `chmod +x ${path}` };
  if (pack !== undefined) {
    const standalone = readFormat(join(directory, pack), (source) => locateStandalonePack(source));
    return "rule" in standalone ? standalone : undefined;
  }
  if (embedded) return undefined;
  const rule = "has neither a .pck file of the same name nor an embedded pack";
  return { subject: path, rule, remedy: EXPORT_AGAIN };
}

/** Reads a file with the readers of `release check`; a corrupt file is a problem. */
function readFormat<T>(path: string, read: (source: ByteSource) => T): T | Problem {
  try {
    return withFile(path, read);
  } catch (error) {
    if (!(error instanceof CorruptFileError)) throw error;
    return { subject: path, rule: error.rule, remedy: EXPORT_AGAIN };
  }
}
