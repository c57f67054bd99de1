import type { Problem } from "../../../components/shared/errors.ts";
import { CorruptFileError } from "../corrupt-file-error.ts";
import type { ExportExpectations } from "../expectations.ts";
import { createCheck, type ExportCheck, type ExportCheckId } from "../export-report.ts";
import { isSupportedGodot, MIN_GODOT_VERSION } from "../godot-version.ts";
import {
  PROJECT_FILE,
  type ProjectSettings,
  readProjectSettings,
  settingVariants,
  textOf,
} from "../settings/project-settings.ts";
import { readUidCache, UID_CACHE, type UidCache } from "../settings/uid-cache.ts";
import type { Variant } from "../settings/variant.ts";
import { type PackContents, sourcePath } from "./pack-contents.ts";

/** The settings of a pack with what is needed to resolve them. */
interface PackSettings {
  readonly settings: ProjectSettings;
  readonly uids: UidCache;
  readonly contents: PackContents;
}

const TITLES = {
  settings: "The project settings are readable and enable no debug feature",
  autoloads: "The pack has exactly the required autoloads, each with its script",
  scenes: "The main scene and every scene of the whitelist are in the pack",
  "frame-rate": "The frame rate is limited to the target",
  version: "The pack is of a supported engine and names its version",
} as const satisfies Partial<Record<ExportCheckId, string>>;

type SettingsCheckId = keyof typeof TITLES;

interface Versions {
  /** The engine that wrote the pack. */
  readonly engine: string;
  /** The version in `build.json`; undefined without this file. */
  readonly build: string | undefined;
}

/** Checks the project settings inside a pack: those of the project can differ. */
export function checkSettings(
  exported: string,
  contents: PackContents,
  expectations: ExportExpectations,
  versions: Versions,
): readonly ExportCheck[] {
  const read = readSettings(contents);
  if ("problem" in read) {
    const isLocked = contents.locked && contents.paths.has(PROJECT_FILE);
    const outcome = { ...(isLocked ? { status: "unproven" as const } : {}), problems: [read.problem] };
    return [createCheck("settings", TITLES.settings, exported, outcome)];
  }
  const check = (
    id: SettingsCheckId,
    problems: readonly Problem[],
    detail: string,
    status?: "warning",
  ): ExportCheck =>
    createCheck(id, TITLES[id], exported, { detail, problems, ...(status === undefined ? {} : { status }) });
  const frameRate = frameRateOutcome(read, expectations);
  const version = textOf(read.settings.get("application/config/version"));
  return [
    check("settings", debugProblems(read, expectations), `${read.settings.size} settings`),
    check("autoloads", autoloadProblems(read, expectations), `${autoloadsOf(read.settings).size} autoloads`),
    check("scenes", sceneProblems(read, expectations), `main scene ${mainScene(read) ?? "not set"}`),
    check("frame-rate", frameRate.problems, frameRate.detail, frameRate.status),
    check(
      "version",
      versionProblems(version, versions),
      `version ${version ?? "not set"}, Godot ${versions.engine}`,
    ),
  ];
}

function readSettings(contents: PackContents): PackSettings | { readonly problem: Problem } {
  const problem = (part: string, rule: string): { readonly problem: Problem } => ({
    problem: { subject: `res://${part}`, rule, remedy: "Export the project again." },
  });
  const bytes = contents.texts.get(PROJECT_FILE);
  if (bytes === undefined) {
    if (contents.paths.has(PROJECT_FILE)) return problem(PROJECT_FILE, "is encrypted, and no key was given");
    return problem(PROJECT_FILE, "is missing, so the engine cannot start the project");
  }
  let part = PROJECT_FILE;
  try {
    const settings = readProjectSettings(bytes);
    part = UID_CACHE;
    const cache = contents.texts.get(UID_CACHE);
    return { settings, uids: cache === undefined ? new Map() : readUidCache(cache), contents };
  } catch (error) {
    if (!(error instanceof CorruptFileError)) throw error;
    return problem(part, error.message);
  }
}

/** Resolves `res://` and `uid://` to a path in the pack; undefined if the UID is unknown. */
function resolveResource(reference: string, uids: UidCache): string | undefined {
  const path = reference.startsWith("uid://") ? uids.get(reference) : reference;
  return path?.replace(/^res:\/\//, "");
}

/** Whether a pack contains a resource, as it is or in the form that an export gives it. */
function hasResource(path: string, { paths }: PackContents): boolean {
  if (paths.has(path) || paths.has(`${path}.remap`) || paths.has(`${path}.import`)) return true;
  // Since 4.3, scripts need no remap: the binary tokens are next to the path of the source.
  return path.endsWith(".gd") && paths.has(`${path}c`);
}

/** Settings that make a server slower, or show its inside. */
const DEBUG_SETTINGS: readonly (readonly [name: string, rule: string])[] = [
  ["debug/settings/stdout/verbose_stdout", "writes every detail of the engine to the log"],
  ["debug/settings/stdout/print_fps", "writes the frame rate to the log each second"],
  ["debug/settings/stdout/print_gpu_profile", "writes a profile to the log"],
  ["debug/gdscript/warnings/treat_warnings_as_errors", "stops the server at a warning"],
  ["network/limits/debugger/enabled", "accepts connections of a debugger"],
];

/** Feature tags that select the settings of a development build. */
const DEBUG_FEATURES = ["debug", "editor", "development", "dev"];

function debugProblems(
  { settings }: PackSettings,
  { debugAllowed, environment }: ExportExpectations,
): Problem[] {
  if (debugAllowed) return [];
  const problems = DEBUG_SETTINGS.flatMap(([name, rule]) =>
    settingVariants(settings, name)
      .filter(({ value }) => isEnabled(value))
      .map(({ name: subject }) => ({
        subject,
        value: "true",
        rule,
        remedy: "Disable it in the project settings, and export again.",
      })),
  );
  const features = (textOf(settings.get("_custom_features")) ?? "")
    .split(",")
    .map((feature) => feature.trim());
  for (const feature of features.filter((name) => DEBUG_FEATURES.includes(name.toLowerCase()))) {
    problems.push({
      subject: "custom_features",
      value: feature,
      rule: `must not select development settings in ${environment}`,
      remedy: "Remove the feature tag from the export preset.",
    });
  }
  return problems;
}

function isEnabled(value: Variant): boolean {
  return (value.kind === "bool" && value.value) || (value.kind === "number" && value.value !== 0);
}

/** The autoloads by name, with their value: `*` marks one that the engine creates as a singleton. */
function autoloadsOf(settings: ProjectSettings): Map<string, string> {
  const autoloads = new Map<string, string>();
  for (const [name, value] of settings) {
    const text = textOf(value);
    if (name.startsWith("autoload/") && text !== undefined)
      autoloads.set(name.slice("autoload/".length), text);
  }
  return autoloads;
}

function autoloadProblems(
  { settings, uids, contents }: PackSettings,
  { autoloads }: ExportExpectations,
): Problem[] {
  const found = autoloadsOf(settings);
  const problems: Problem[] = autoloads
    .filter((name) => !found.has(name))
    .map((name) => ({
      subject: `autoload ${name}`,
      rule: "is missing in the pack",
      remedy: "Enable it in the project settings, and export again.",
    }));
  for (const [name, value] of found) {
    const rule = autoloadProblem(name, value, autoloads, uids, contents);
    if (rule !== undefined) {
      const remedy = "Correct the autoloads in the project settings, or GODOT_AUTOLOADS in the stack file.";
      problems.push({ subject: `autoload ${name}`, value, rule, remedy });
    }
  }
  return problems;
}

function autoloadProblem(
  name: string,
  value: string,
  expected: readonly string[],
  uids: UidCache,
  contents: PackContents,
): string | undefined {
  if (!expected.includes(name)) return "is not one of the required autoloads";
  if (!value.startsWith("*")) return "is not enabled as a singleton";
  const path = resolveResource(value.slice(1), uids);
  if (path === undefined) return "has a UID that the UID cache does not contain";
  return hasResource(path, contents) ? undefined : `leads to res://${path}, which is not in the pack`;
}

function mainScene({ settings, uids }: PackSettings): string | undefined {
  const value = textOf(settings.get("application/run/main_scene"));
  if (value === undefined) return undefined;
  const path = resolveResource(value, uids);
  return path === undefined ? value : `res://${path}`;
}

function sceneProblems(pack: PackSettings, expectations: ExportExpectations): Problem[] {
  const { settings, uids, contents } = pack;
  const { mainScene: expected, sceneWhitelist, sceneBlacklist } = expectations;
  const variants = settingVariants(settings, "application/run/main_scene");
  const remedy = "Set the main scene in the project settings, and export again.";
  const problems: Problem[] =
    variants.length === 0 ? [{ subject: "application/run/main_scene", rule: "is not set", remedy }] : [];
  for (const { name, value } of variants) {
    const text = textOf(value) ?? "";
    const path = resolveResource(text, uids);
    if (path === undefined) {
      problems.push({
        subject: name,
        value: text,
        rule: "is a UID that the UID cache does not contain",
        remedy,
      });
    } else if (`res://${path}` !== expected) {
      problems.push({ subject: name, value: `res://${path}`, rule: `must be ${expected}`, remedy });
    }
  }
  for (const scene of new Set([expected, ...sceneWhitelist])) {
    const path = scene.replace(/^res:\/\//, "");
    if (hasResource(path, contents)) continue;
    problems.push({
      subject: scene,
      rule: "is in the scene whitelist, but not in the pack",
      remedy: "Export it, or remove it from GODOT_SCENE_WHITELIST.",
    });
  }
  return [...problems, ...blacklistedScenes(contents, sceneBlacklist)];
}

/** Scenes in the pack whose path contains a folder of the blacklist; generated files are not scenes of their own. */
function blacklistedScenes({ paths }: PackContents, blacklist: readonly string[]): Problem[] {
  return [...paths].flatMap((path) => {
    const scene = sourcePath(path);
    if (scene.startsWith(".godot/") || !/\.(tscn|scn)$/.test(scene)) return [];
    const folder = scene
      .split("/")
      .find((segment) => blacklist.some((name) => name.toLowerCase() === segment.toLowerCase()));
    if (folder === undefined) return [];
    return [
      {
        subject: `res://${scene}`,
        value: folder,
        rule: "is a scene in a folder of the blacklist",
        remedy: "Exclude it in the export preset.",
      },
    ];
  });
}

function frameRateOutcome({ settings }: PackSettings, { frameRate }: ExportExpectations) {
  const { min, max } = frameRate;
  const variants = settingVariants(settings, "application/run/max_fps");
  const values = variants.map(({ value }) => (value.kind === "number" ? value.value : 0));
  const remedy = `Set application/run/max_fps to a value from ${min} to ${max}.`;
  const limited = values.filter((value) => value !== 0);
  if (limited.length === 0) {
    const problem: Problem = {
      subject: "application/run/max_fps",
      rule: "is not set, so the frame rate is unlimited until the server applies GODOT_TARGET_FPS",
      remedy,
    };
    return { problems: [problem], detail: "unlimited", status: "warning" as const };
  }
  const problems: Problem[] = variants.flatMap(({ name, value }) => {
    const rate = value.kind === "number" ? value.value : 0;
    if (rate >= min && rate <= max) return [];
    return [{ subject: name, value: String(rate), rule: `must be from ${min} to ${max}`, remedy }];
  });
  return { problems, detail: `${limited.join(", ")} frames per second`, status: undefined };
}

function versionProblems(version: string | undefined, { engine, build }: Versions): Problem[] {
  const problems: Problem[] = [];
  if (!isSupportedGodot(engine)) {
    const rule = `must be at least ${MIN_GODOT_VERSION}`;
    problems.push({
      subject: "the engine",
      value: engine,
      rule,
      remedy: "Export with a newer Godot and its templates.",
    });
  }
  if (version === undefined) {
    const remedy = "Set it in the project settings, and export again.";
    problems.push({
      subject: "application/config/version",
      rule: "is not set, so the build cannot be identified",
      remedy,
    });
  } else if (build !== undefined && build !== version) {
    const rule = `differs from the version ${build} in build.json`;
    problems.push({
      subject: "application/config/version",
      value: version,
      rule,
      remedy: "Export again: one of them is of another build.",
    });
  }
  return problems;
}
