import { randomBytes } from "node:crypto";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname, join, resolve } from "node:path";
import { InputError } from "../../../components/shared/errors.ts";
import { OperationError } from "../../../operations/errors.ts";
import { formatChecksums } from "../../package/checksums.ts";
import type { BuildMetadata } from "../build-metadata.ts";
import { type CheckExportOptions, checkExport } from "../check-export.ts";
import { sha256 } from "../checks/checksum-check.ts";
import { checkPresets } from "../checks/preset-checks.ts";
import type { ExportReport } from "../export-report.ts";
import { BUILD_FILE, CHECKSUMS_FILE, listExportFiles } from "../list-export-files.ts";
import { checkScripts, type ScriptCheck } from "./check-scripts.ts";
import { findGodot, type Godot, requireTemplates } from "./find-godot.ts";
import { type GodotProject, readGodotProject, type SelectedPreset } from "./read-project.ts";
import { fatalErrors, runGodot } from "./run-godot.ts";

export interface ExportOptions extends Pick<CheckExportOptions, "expectations" | "key" | "sizeLimits"> {
  readonly output: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly onProgress?: (activity: string) => void;
  readonly onNote?: (sentence: string) => void;
}

export interface ExportResult {
  readonly output: string;
  /** Where the previous build is now; undefined if there was none. */
  readonly backup: string | undefined;
  readonly metadata: BuildMetadata;
  readonly scripts: ScriptCheck;
  readonly report: ExportReport;
}

/** A backup is a full build; the newest few are enough to return to. */
const KEPT_BACKUPS = 3;

/**
 * Exports a project for Linux and Windows into a new directory next to the output, checks it, and only then replaces the output.
 * @throws InputError, MissingToolError, or OperationError if the export or a check fails; the previous build is unchanged then.
 */
export async function exportProject(directory: string, options: ExportOptions): Promise<ExportResult> {
  const project = readGodotProject(resolve(directory));
  const output = resolve(options.output);
  requireUsableOutput(project.directory, output);
  const godot = findGodot(options.env);
  requireTemplates(
    godot,
    project.presets.flatMap(({ template }) => template ?? []),
  );
  requirePassedPresets(project);
  options.onProgress?.("checking scripts");
  const scripts = requirePassedScripts(project, options);
  const partial = `${output}.partial-${randomBytes(4).toString("hex")}`;
  try {
    const metadata = await exportInto(partial, project, godot, options);
    options.onProgress?.("checking the export");
    const { expectations, key, sizeLimits } = options;
    const report = await checkExport(partial, {
      project: project.directory,
      key,
      ...(expectations === undefined ? {} : { expectations }),
      ...(sizeLimits === undefined ? {} : { sizeLimits }),
    });
    if (report.verdict === "failed") {
      return { output: keepRejected(partial, output), backup: undefined, metadata, scripts, report };
    }
    return { output, backup: replaceOutput(partial, output), metadata, scripts, report };
  } finally {
    rmSync(partial, { recursive: true, force: true });
  }
}

/** Replacing the output removes what is in it, so that it must be empty or an earlier export, and not inside the project. */
function requireUsableOutput(project: string, output: string): void {
  const reject = (rule: string, remedy: string): never => {
    throw new InputError("The project cannot be exported:", [
      { subject: "--output", value: output, rule, remedy },
    ]);
  };
  if (`${project}/`.startsWith(`${output}/`)) reject("contains the project", "Name another directory.");
  if (!existsSync(output)) return;
  if (!statSync(output).isDirectory()) reject("is a file", "Name a directory.");
  const names = readdirSync(output);
  if (names.length > 0 && !names.includes(BUILD_FILE)) {
    reject("contains other files", "Name a new or empty directory, or one of an earlier export.");
  }
}

function requirePassedPresets({ presetsText }: GodotProject): void {
  const { problems } = checkPresets(presetsText);
  if (problems.length > 0)
    throw new OperationError(1, problems, "The export presets are not those of a production server:");
}

function requirePassedScripts({ directory }: GodotProject, { env, onNote }: ExportOptions): ScriptCheck {
  const scripts = checkScripts(directory, env.PATH ?? "");
  if (scripts.problems.length > 0)
    throw new OperationError(1, scripts.problems, "The scripts of the project have errors:");
  if (scripts.parser === undefined && scripts.scripts > 0) {
    onNote?.(
      `warning: ${scripts.scripts} scripts were not parsed, because gdparse was not found. Install it with: pip install gdtoolkit`,
    );
  }
  return scripts;
}

async function exportInto(
  partial: string,
  project: GodotProject,
  godot: Godot,
  options: ExportOptions,
): Promise<BuildMetadata> {
  options.onProgress?.("importing resources");
  // A fresh clone has no imported resources; an export without them is incomplete.
  await requireGodot(godot, project, ["--import"], options, "import its resources");
  for (const selected of project.presets) {
    const { preset, platform, executable } = selected;
    options.onProgress?.(`exporting for ${platform}`);
    const target = join(partial, executable);
    mkdirSync(dirname(target), { recursive: true });
    await requireGodot(
      godot,
      project,
      ["--export-release", preset.name, target],
      options,
      `export the preset "${preset.name}"`,
    );
    requireExported(target, selected);
    if (platform === "linux") chmodSync(target, 0o755);
  }
  const metadata: BuildMetadata = {
    schema: 1,
    version: project.version,
    commit: project.commit ?? null,
    dirty: project.dirty,
    godot: godot.version,
    exportedAt: new Date().toISOString(),
    presets: project.presets.map(({ preset, platform, executable }) => ({
      name: preset.name,
      platform,
      executable,
    })),
  };
  writeFileSync(join(partial, BUILD_FILE), `${JSON.stringify(metadata, undefined, 2)}\n`);
  const checksums = listExportFiles(partial).map(({ path }) => ({
    path,
    sha256: sha256(join(partial, path)),
  }));
  writeFileSync(join(partial, CHECKSUMS_FILE), formatChecksums(checksums));
  return metadata;
}

async function requireGodot(
  godot: Godot,
  { directory }: GodotProject,
  args: readonly string[],
  { key }: ExportOptions,
  what: string,
): Promise<void> {
  const { exitCode, output, timedOut } = await runGodot(godot, args, { project: directory, key });
  const errors = fatalErrors(output);
  if (exitCode === 0 && errors.length === 0 && !timedOut) return;
  const detail =
    errors.slice(0, 5).join("; ") || output.trim().split("\n").slice(-5).join("; ") || "no output";
  const reason = timedOut ? "did not end in time" : `ended with exit code ${exitCode}`;
  throw new OperationError(1, {
    subject: "Godot",
    rule: `could not ${what}: it ${reason}: ${detail}`,
    remedy: "Correct the errors in the editor, then export again. The previous build is unchanged.",
  });
}

function requireExported(target: string, { preset }: SelectedPreset): void {
  if (existsSync(target)) return;
  throw new OperationError(1, {
    subject: "Godot",
    rule: `wrote no ${target} for the preset "${preset.name}", although it ended without an error`,
    remedy: "Export the preset once in the editor, which shows the reason.",
  });
}

function keepRejected(partial: string, output: string): string {
  const rejected = `${output}.rejected`;
  rmSync(rejected, { recursive: true, force: true });
  renameSync(partial, rejected);
  return rejected;
}

/** Renames the previous build, so that the output is never incomplete. @returns its new directory. */
function replaceOutput(partial: string, output: string): string | undefined {
  if (!existsSync(output)) {
    mkdirSync(dirname(output), { recursive: true });
    renameSync(partial, output);
    return undefined;
  }
  const time = new Date()
    .toISOString()
    .replaceAll(/[-:]|\.\d+Z/g, "")
    .replace("T", "-");
  const backup = `${output}.backup-${time}-${randomBytes(2).toString("hex")}`;
  renameSync(output, backup);
  try {
    renameSync(partial, output);
  } catch (error) {
    renameSync(backup, output);
    throw error;
  }
  pruneBackups(output);
  return backup;
}

function pruneBackups(output: string): void {
  const prefix = `${output}.backup-`;
  const folder = dirname(output);
  const backups = readdirSync(folder)
    .map((name) => join(folder, name))
    .filter((path) => path.startsWith(prefix) && existsSync(join(path, BUILD_FILE)))
    .sort()
    .reverse();
  for (const old of backups.slice(KEPT_BACKUPS)) rmSync(old, { recursive: true, force: true });
}
