import { statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import type { Problem } from "../../../components/shared/errors.ts";
import type { ByteSource } from "../byte-source.ts";
import { CorruptFileError } from "../corrupt-file-error.ts";
import type { Executable } from "../executables/executable.ts";
import { readExecutable } from "../executables/read-executable.ts";
import { createCheck, type ExportCheck } from "../export-report.ts";
import type { ExportFile } from "../list-export-files.ts";
import { isSystemLibrary } from "./system-libraries.ts";

/** Where an executable is, and the files next to it. */
export interface ServerFile {
  readonly directory: string;
  /** Relative to the directory. */
  readonly path: string;
  readonly files: readonly ExportFile[];
}

/** Architectures for which a cluster has nodes. */
const ARCHITECTURES = ["x86_64", "arm64"];

/**
 * Texts that only a template with debug code contains: core/io/file_access_pack.cpp prints them under
 * `#ifdef DEBUG_ENABLED`. Release and debug templates differ in nothing else that the file formats show.
 */
const DEBUG_TEXTS = [
  "PCK header found in executable pck section",
  "PCK header found at the end of executable",
];

export function checkExecutable(
  source: ByteSource,
  server: ServerFile,
  rules: "release" | "integrity" = "release",
): { readonly file: Executable | undefined; readonly checks: readonly ExportCheck[] } {
  const { path } = server;
  const title = "The executable is a 64-bit program for its platform";
  try {
    const file = readExecutable(source);
    const detail = `${file.format}, ${file.architecture}${file.signature === undefined ? "" : ", signed"}`;
    const format = createCheck("executable", title, path, {
      detail,
      problems: executableProblems(file, server),
    });
    if (rules === "integrity") return { file, checks: [format] };
    return {
      file,
      checks: [
        format,
        checkLibraries(file, server),
        checkSymbols(file, server),
        checkTemplate(source, server),
      ],
    };
  } catch (error) {
    if (!(error instanceof CorruptFileError)) throw error;
    const remedy = "Export it again; compare its checksum after copying.";
    const problem = { subject: path, rule: error.rule, remedy };
    return { file: undefined, checks: [createCheck("executable", title, path, { problems: [problem] })] };
  }
}

function executableProblems(
  { format, architecture }: Executable,
  { directory, path }: ServerFile,
): Problem[] {
  const problems: Problem[] = [];
  const named = /\.(x86_64|arm64|x86_32|arm32|rv64)$/.exec(path)?.[1];
  if (!ARCHITECTURES.includes(architecture)) {
    const rule = `must be for ${ARCHITECTURES.join(" or ")}`;
    problems.push({
      subject: path,
      value: architecture,
      rule,
      remedy: "Choose the architecture in the export preset.",
    });
  } else if (named !== undefined && named !== architecture) {
    const rule = `is named after ${named}, and it is for ${architecture}`;
    problems.push({ subject: path, rule, remedy: "Name it after its architecture." });
  }
  if (path.toLowerCase().endsWith(".exe") !== (format === "PE")) {
    const rule =
      format === "PE" ? "is a Windows program without .exe" : "is named .exe, and it is a Linux program";
    problems.push({ subject: path, rule, remedy: "Export it again with the preset of its platform." });
  }
  if (
    format === "ELF" &&
    process.platform !== "win32" &&
    (statSync(join(directory, path)).mode & 0o111) === 0
  ) {
    problems.push({ subject: path, rule: "is not executable", remedy: `chmod +x ${join(directory, path)}` });
  }
  return problems;
}

function checkLibraries(
  { format, libraries, searchPaths }: Executable,
  { path, files }: ServerFile,
): ExportCheck {
  const shipped = new Set(
    files
      .filter(({ kind, path: library }) => kind === "library" && dirname(library) === dirname(path))
      .map(({ path: library }) => basename(library)),
  );
  const external = libraries.filter((name) => !shipped.has(name) && !isSystemLibrary(format, name));
  const problems: Problem[] = [];
  if (external.length > 0) {
    problems.push({
      subject: path,
      rule: `links libraries that are neither part of the base system nor next to it: ${external.join(", ")}`,
      remedy: "Ship them next to the executable, or use an export template without them.",
    });
  }
  for (const searchPath of searchPaths.flatMap((list) => list.split(":"))) {
    if (searchPath === "$ORIGIN" || searchPath.startsWith("$ORIGIN/")) continue;
    const rule = "is a library search path outside the directory of the executable";
    problems.push({ subject: path, value: searchPath, rule, remedy: "Remove it: patchelf --remove-rpath." });
  }
  return createCheck(
    "libraries",
    "Only libraries of the base system or next to the executable are linked",
    path,
    {
      detail: libraries.length === 0 ? "statically linked" : `${libraries.length} linked`,
      problems,
    },
  );
}

function checkSymbols({ stripped, format }: Executable, { path }: ServerFile): ExportCheck {
  const problem: Problem = {
    subject: path,
    rule: "contains a symbol table or debug information",
    remedy: `Use an official release template, or remove them: strip ${format === "PE" ? "(of MinGW) " : ""}before the pack is embedded.`,
  };
  return createCheck("symbols", "The executable contains no debug symbols", path, {
    detail: stripped ? "stripped" : "not stripped",
    ...(stripped ? {} : { status: "warning" as const, problems: [problem] }),
  });
}

function checkTemplate(source: ByteSource, { path }: ServerFile): ExportCheck {
  const text = findText(source, DEBUG_TEXTS);
  const problem: Problem = {
    subject: path,
    rule: "is a debug export template: it contains debug code",
    remedy: "Export with --export-release.",
  };
  return createCheck("template", "The executable is a release template", path, {
    detail: text === undefined ? "release" : "debug",
    problems: text === undefined ? [] : [problem],
  });
}

const CHUNK_BYTES = 4 * 1024 * 1024;

/** Returns the first text that a source contains. */
function findText(source: ByteSource, texts: readonly string[]): string | undefined {
  const overlap = Math.max(...texts.map(({ length }) => length));
  const buffer = Buffer.alloc(CHUNK_BYTES);
  for (let position = 0; position < source.size; position += CHUNK_BYTES - overlap) {
    const chunk = buffer.subarray(0, source.read(buffer, position));
    const found = texts.find((text) => chunk.includes(text, 0, "latin1"));
    if (found !== undefined) return found;
  }
  return undefined;
}
