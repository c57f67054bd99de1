import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { InputError, MissingToolError, type Problem } from "../../../components/shared/errors.ts";
import { runGit } from "../../../components/shared/run-git.ts";
import { PRESETS_FILE } from "../list-export-files.ts";
import { parseConfigFile } from "../settings/config-file.ts";
import {
  type ExportPreset,
  isLinuxPreset,
  isWindowsPreset,
  parseExportPresets,
} from "../settings/export-presets.ts";

/** A preset that is exported, and the file that it writes. */
export interface SelectedPreset {
  readonly preset: ExportPreset;
  readonly platform: "linux" | "windows";
  /** `linux/SpaceTime.x86_64`, relative to the output directory. */
  readonly executable: string;
  /** The file name of the export template; undefined if the preset has its own. */
  readonly template: string | undefined;
}

/** A Godot project that can be exported. */
export interface GodotProject {
  readonly directory: string;
  readonly name: string;
  readonly version: string;
  /** Undefined outside a git repository. */
  readonly commit: string | undefined;
  readonly dirty: boolean;
  readonly presetsText: string;
  readonly presets: readonly SelectedPreset[];
}

/**
 * Reads the name, the version and the presets of a project.
 * @throws InputError with every problem.
 */
export function readGodotProject(directory: string): GodotProject {
  const project = requireFile(directory, "project.godot", "Name the directory of the Godot project.");
  const presetsText = requireFile(
    directory,
    PRESETS_FILE,
    "Create the presets in the editor: Project, Export.",
  );
  const application = parseConfigFile(project).get("application");
  const [name, version] = [application?.get("config/name"), application?.get("config/version")];
  const problems: Problem[] = [];
  if (typeof name !== "string" || name === "") {
    problems.push({
      subject: "application/config/name",
      rule: "is not set",
      remedy: "Set it in the project settings.",
    });
  }
  if (typeof version !== "string" || !/^\d+\.\d+\.\d+(?:[-+][0-9A-Za-z.-]+)?$/.test(version)) {
    problems.push({
      subject: "application/config/version",
      ...(typeof version === "string" ? { value: version } : {}),
      rule: "must be a semantic version, such as 2.5.0",
      remedy: "Set it in the project settings: the pack and the release are named after it.",
    });
  }
  const presets = selectPresets(presetsText, String(name ?? ""), problems);
  if (problems.length > 0) throw new InputError("The project cannot be exported:", problems);
  return {
    directory,
    name: String(name),
    version: String(version),
    presetsText,
    presets,
    ...readCommit(directory),
  };
}

function requireFile(directory: string, name: string, remedy: string): string {
  if (existsSync(join(directory, name))) return readFileSync(join(directory, name), "utf8");
  throw new InputError("The project cannot be exported:", [
    { subject: directory, rule: `contains no ${name}`, remedy },
  ]);
}

/** The first preset for Linux, and the first for Windows if there is one. */
function selectPresets(text: string, name: string, problems: Problem[]): SelectedPreset[] {
  const presets = parseExportPresets(text);
  const [linux, windows] = [presets.find(isLinuxPreset), presets.find(isWindowsPreset)];
  if (linux === undefined) {
    const remedy = "Add one in the editor: Project, Export, Add, Linux.";
    problems.push({ subject: PRESETS_FILE, rule: "has no preset for Linux", remedy });
  }
  const file = name.replaceAll(/[^A-Za-z0-9_-]+/g, "") || "server";
  const select = (preset: ExportPreset, platform: "linux" | "windows"): SelectedPreset => {
    const architecture = String(preset.options.get("binary_format/architecture") ?? "x86_64");
    const own = preset.options.get("custom_template/release");
    const template =
      platform === "linux" ? `linux_release.${architecture}` : `windows_release_${architecture}.exe`;
    return {
      preset,
      platform,
      executable: `${platform}/${file}.${platform === "linux" ? architecture : "exe"}`,
      template: typeof own === "string" && own !== "" ? undefined : template,
    };
  };
  return [
    ...(linux === undefined ? [] : [select(linux, "linux")]),
    ...(windows === undefined ? [] : [select(windows, "windows")]),
  ];
}

function readCommit(directory: string): { readonly commit: string | undefined; readonly dirty: boolean } {
  const git = (...args: string[]) => runGit(directory, "Install git to record the commit.", ...args);
  try {
    const head = git("rev-parse", "HEAD");
    const status = git("status", "--porcelain", "--", ".");
    if (head.ok && status.ok) return { commit: head.stdout.trim(), dirty: status.stdout !== "" };
  } catch (error) {
    // A project can be exported without git.
    if (!(error instanceof MissingToolError)) throw error;
  }
  return { commit: undefined, dirty: false };
}
