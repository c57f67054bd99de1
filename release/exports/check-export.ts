import { readFileSync } from "node:fs";
import { join } from "node:path";
import { errorCode } from "../../components/shared/error-code.ts";
import { InputError, type Problem } from "../../components/shared/errors.ts";
import { type BuildMetadata, parseBuildMetadata } from "./build-metadata.ts";
import { withFile } from "./byte-source.ts";
import { checkChecksums } from "./checks/checksum-check.ts";
import { checkContents, checkReferences, checkSecrets } from "./checks/content-checks.ts";
import { checkExecutable, type ServerFile } from "./checks/executable-checks.ts";
import { checkPack, packCandidates } from "./checks/pack-checks.ts";
import { checkPresets } from "./checks/preset-checks.ts";
import { checkSettings } from "./checks/settings-checks.ts";
import { CorruptFileError } from "./corrupt-file-error.ts";
import { defaultExpectations, type ExportExpectations } from "./expectations.ts";
import {
  createCheck,
  type ExportCheck,
  type ExportedServer,
  type ExportReport,
  verdictOf,
} from "./export-report.ts";
import {
  BUILD_FILE,
  CHECKSUMS_FILE,
  type ExportFile,
  listExportFiles,
  PRESETS_FILE,
} from "./list-export-files.ts";

export interface CheckExportOptions {
  /** `integrity`: only whether executable and pack are complete; `release`: all rules of a release. Default: `release`. */
  readonly rules?: "release" | "integrity";
  /** What the environment expects; default: production with the default settings. */
  readonly expectations?: ExportExpectations;
  /** The Godot project, for its `export_presets.cfg`. */
  readonly project?: string | undefined;
  /** The 32 bytes of the encryption key of the export; without it, encrypted content is not checked. */
  readonly key?: Buffer | undefined;
  /** Limits of executable and pack together. */
  readonly sizeLimits?: SizeLimits;
  /** Receives the name of each file before it is read. */
  readonly onProgress?: (file: string) => void;
}

/** In megabytes (10^6 bytes). */
export interface SizeLimits {
  readonly minMb: number;
  readonly maxMb: number;
}

/** Seed document 003, "Build size reasonable (100-500 MB)". */
export const SIZE_LIMITS: SizeLimits = { minMb: 100, maxMb: 500 };

/**
 * Checks every server in an export directory: executable, pack and content.
 * @throws InputError if the directory cannot be read.
 */
export async function checkExport(
  directory: string,
  options: CheckExportOptions = {},
): Promise<ExportReport> {
  const started = Date.now();
  const files = listExportFiles(directory);
  const build = readBuildMetadata(directory, files);
  const servers: ExportedServer[] = [];
  const checks: ExportCheck[] = [
    checkFiles(files, build.problems),
    ...checkDirectory(directory, files, options),
  ];
  for (const { path, kind } of files) {
    if (kind !== "linux-server" && kind !== "windows-server") continue;
    options.onProgress?.(path);
    const result = checkServer({ directory, path, files }, options, build.metadata?.version);
    checks.push(...result.checks);
    if (result.server !== undefined) servers.push(result.server);
  }
  return {
    schema: 1,
    directory,
    checkedAt: new Date(started).toISOString(),
    durationMs: Date.now() - started,
    verdict: verdictOf(checks),
    servers,
    checks,
  };
}

function checkDirectory(
  directory: string,
  files: readonly ExportFile[],
  { rules, project, onProgress }: CheckExportOptions,
): ExportCheck[] {
  if (rules === "integrity") return [];
  onProgress?.(CHECKSUMS_FILE);
  const presets =
    project === undefined
      ? readMetadataFile(directory, files, PRESETS_FILE)
      : readProjectFile(project, PRESETS_FILE);
  return [
    checkChecksums(directory, files, readMetadataFile(directory, files, CHECKSUMS_FILE)),
    checkPresets(presets),
  ];
}

function readProjectFile(project: string, name: string): string {
  try {
    return readFileSync(join(project, name), "utf8");
  } catch (error) {
    throw new InputError("The Godot project cannot be read:", [
      {
        subject: "--project",
        value: project,
        rule: `must contain ${name} (${errorCode(error) ?? String(error)})`,
        remedy: "Name the directory with project.godot; the editor creates the presets.",
      },
    ]);
  }
}

function readMetadataFile(directory: string, files: readonly ExportFile[], name: string): string | undefined {
  const present = files.some(({ path, kind }) => path === name && kind === "metadata");
  return present ? readFileSync(join(directory, name), "utf8") : undefined;
}

function readBuildMetadata(
  directory: string,
  files: readonly ExportFile[],
): { readonly metadata?: BuildMetadata; readonly problems: readonly Problem[] } {
  const text = readMetadataFile(directory, files, BUILD_FILE);
  if (text === undefined) return { problems: [] };
  try {
    return { metadata: parseBuildMetadata(text), problems: [] };
  } catch (error) {
    if (!(error instanceof CorruptFileError)) throw error;
    return { problems: [{ subject: BUILD_FILE, rule: error.rule, remedy: "Export again." }] };
  }
}

interface ServerResult {
  readonly server: ExportedServer | undefined;
  readonly checks: readonly ExportCheck[];
}

function checkServer(file: ServerFile, options: CheckExportOptions, build: string | undefined): ServerResult {
  return withFile(join(file.directory, file.path), (source) => {
    const executable = checkExecutable(source, file, options.rules);
    if (executable.file === undefined) return { server: undefined, checks: executable.checks };
    const { summary, contents, checks } = checkPack(
      { ...file, source, executable: executable.file },
      options,
    );
    const { format, architecture, stripped, signature, libraries } = executable.file;
    const server: ExportedServer = {
      executable: file.path,
      platform: format === "ELF" ? "linux" : "windows",
      architecture,
      bytes: source.size,
      stripped,
      signed: signature !== undefined,
      libraries,
      pack: summary,
    };
    const structure = [...executable.checks, ...checks];
    if (options.rules === "integrity") return { server, checks: structure };
    const size = checkSize(server, options.sizeLimits);
    if (contents === undefined || summary === undefined) return { server, checks: [...structure, size] };
    const versions = { engine: summary.engine, build };
    return {
      server,
      checks: [
        ...structure,
        size,
        checkContents(file.path, contents),
        checkSecrets(file.path, contents),
        checkReferences(file.path, contents),
        ...checkSettings(file.path, contents, options.expectations ?? defaultExpectations(), versions),
      ],
    };
  });
}

function checkSize(server: ExportedServer, { minMb, maxMb }: SizeLimits = SIZE_LIMITS): ExportCheck {
  const { pack } = server;
  const bytes = server.bytes + (pack === undefined || pack.embedded ? 0 : pack.bytes);
  const megabytes = Math.round(bytes / 1e5) / 10;
  const title = `Executable and pack together have ${minMb} to ${maxMb} MB`;
  const tooLarge: Problem = {
    subject: server.executable,
    value: `${megabytes} MB`,
    rule: `must be at most ${maxMb} MB`,
    remedy: "Exclude assets that a server does not need: export with the dedicated server preset.",
  };
  const tooSmall: Problem = {
    subject: server.executable,
    value: `${megabytes} MB`,
    rule: `is less than ${minMb} MB, which is unusual for a build of the game`,
    remedy: "Compare it with the previous build; a stripped dedicated server can be smaller.",
  };
  const outcome =
    bytes > maxMb * 1e6
      ? { problems: [tooLarge] }
      : bytes < minMb * 1e6
        ? { status: "warning" as const, problems: [tooSmall] }
        : {};
  return createCheck("size", title, server.executable, { detail: `${megabytes} MB`, ...outcome });
}

/** Since 4.4, Godot can load a loose file next to the executable that is missing in the pack. */
function checkFiles(files: readonly ExportFile[], metadataProblems: readonly Problem[]): ExportCheck {
  const servers = files.filter(({ kind }) => kind === "linux-server" || kind === "windows-server");
  const packs = new Set(servers.flatMap(({ path }) => packCandidates(path)));
  const problems: Problem[] = [...metadataProblems];
  if (servers.length === 0) {
    problems.push({
      subject: "the directory",
      rule: "contains no server executable",
      remedy: "Export the project with the Linux or Windows preset, dedicated server.",
    });
  }
  for (const { path, kind } of files) {
    if (kind === "link") {
      problems.push({
        subject: path,
        rule: "is a symbolic link",
        remedy: "Replace the link with a copy of the file.",
      });
    } else if (kind === "unexpected") {
      const rule = "is not part of an export; Godot can load files next to the executable";
      problems.push({ subject: path, rule, remedy: "Remove it." });
    } else if (kind === "pack" && !packs.has(path)) {
      const rule = "is a pack that belongs to no executable here";
      problems.push({ subject: path, rule, remedy: "Name it after its executable, or remove it." });
    }
  }
  const detail = `${files.length} files, ${servers.length} servers`;
  return createCheck("files", "The directory contains only the files of an export", undefined, {
    detail,
    problems,
  });
}
