import { join } from "node:path";
import type { Problem } from "../../components/shared/errors.ts";
import { withFile } from "./byte-source.ts";
import { checkExecutable } from "./checks/executable-checks.ts";
import { checkPack } from "./checks/pack-checks.ts";
import {
  createCheck,
  type ExportCheck,
  type ExportedServer,
  type ExportReport,
  verdictOf,
} from "./export-report.ts";
import { type ExportFile, listExportFiles } from "./list-export-files.ts";

export interface CheckExportOptions {
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
  const servers: ExportedServer[] = [];
  const checks: ExportCheck[] = [checkFiles(files)];
  for (const { path, kind } of files) {
    if (kind !== "linux-server" && kind !== "windows-server") continue;
    options.onProgress?.(path);
    const result = checkServer(directory, path, files, options);
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

function checkServer(
  directory: string,
  path: string,
  files: readonly ExportFile[],
  options: CheckExportOptions,
): { readonly server: ExportedServer | undefined; readonly checks: readonly ExportCheck[] } {
  return withFile(join(directory, path), (source) => {
    const executable = checkExecutable(source, { directory, path, files });
    if (executable.file === undefined) return { server: undefined, checks: executable.checks };
    const pack = checkPack({ directory, path, files, source, executable: executable.file }, options);
    const { format, architecture, stripped, signature, libraries } = executable.file;
    const server: ExportedServer = {
      executable: path,
      platform: format === "ELF" ? "linux" : "windows",
      architecture,
      bytes: source.size,
      stripped,
      signed: signature !== undefined,
      libraries,
      pack: pack.summary,
    };
    return { server, checks: [...executable.checks, ...pack.checks, checkSize(server, options.sizeLimits)] };
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
function checkFiles(files: readonly ExportFile[]): ExportCheck {
  const servers = files.filter(({ kind }) => kind === "linux-server" || kind === "windows-server");
  const problems: Problem[] = files.flatMap(({ path, kind }) => {
    if (kind === "link") {
      return [{ subject: path, rule: "is a symbolic link", remedy: "Copy the file to its place." }];
    }
    if (kind !== "unexpected") return [];
    return [
      {
        subject: path,
        rule: "is not part of an export; Godot can load files next to the executable",
        remedy: "Remove it.",
      },
    ];
  });
  if (servers.length === 0) {
    problems.unshift({
      subject: "the directory",
      rule: "contains no server executable",
      remedy: "Export the project with the Linux or Windows preset, dedicated server.",
    });
  }
  const detail = `${files.length} files, ${servers.length} servers`;
  return createCheck("files", "The directory contains only the files of an export", undefined, {
    detail,
    problems,
  });
}
