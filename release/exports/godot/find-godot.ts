import { execFileSync } from "node:child_process";
import { existsSync, globSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { InputError, MissingToolError } from "../../../components/shared/errors.ts";
import { findProgram, isExecutable } from "../../../operations/find-program.ts";
import { isSupportedGodot, MIN_GODOT_VERSION } from "../godot-version.ts";

/** An installed Godot editor. */
export interface Godot {
  readonly path: string;
  /** As `godot --version` prints it: `4.5.1.stable.official.f62fdbde1`. */
  readonly version: string;
  /** The directory of its export templates. */
  readonly templates: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

const NAMES = ["godot", "godot4", "godot-4", "Godot"];

const REMEDY =
  "Install Godot 4.5.1 or later with its export templates from https://godotengine.org/download, and put it on the PATH or set GODOT to its path.";

/**
 * Finds Godot: the variable `GODOT`, then the PATH, then where installers put it.
 * @throws InputError if `GODOT` names something else; MissingToolError if there is none, or it is too old.
 */
export function findGodot(env: Environment): Godot {
  const path = env.GODOT === undefined || env.GODOT === "" ? searchGodot(env) : requireProgram(env.GODOT);
  if (path === undefined) throw new MissingToolError("Godot", REMEDY);
  const version = readVersion(path);
  if (!isSupportedGodot(version)) {
    throw new MissingToolError(`Godot ${MIN_GODOT_VERSION}`, `${path} is Godot ${version}. ${REMEDY}`);
  }
  return { path, version, templates: templatesDirectory(path, version, env) };
}

function requireProgram(path: string): string {
  if (isExecutable(path)) return path;
  throw new InputError("Godot cannot be used:", [
    {
      subject: "GODOT",
      value: path,
      rule: "must be the path of an executable",
      remedy: "Correct it, or unset it to search the PATH.",
    },
  ]);
}

function searchGodot(env: Environment): string | undefined {
  for (const name of NAMES) {
    const found = findProgram(name, env.PATH ?? "");
    if (found !== undefined) return found;
  }
  return installDirectories(env)
    .flatMap((pattern) => globSync(pattern).sort().reverse())
    .find(isExecutable);
}

function installDirectories(env: Environment): string[] {
  const home = env.HOME ?? homedir();
  switch (process.platform) {
    case "win32":
      return [
        ...[env.ProgramFiles, env.LOCALAPPDATA, "C:"].flatMap((root) =>
          root === undefined ? [] : [`${root.replaceAll("\\", "/")}/Godot*/Godot*.exe`],
        ),
        `${home.replaceAll("\\", "/")}/scoop/apps/godot/current/godot.exe`,
      ];
    case "darwin":
      return [
        "/Applications/Godot*.app/Contents/MacOS/Godot",
        `${home}/Applications/Godot*.app/Contents/MacOS/Godot`,
      ];
    default:
      return [
        "/opt/godot*/[Gg]odot*",
        "/usr/local/bin/[Gg]odot*",
        "/usr/games/godot*",
        `${home}/.local/bin/[Gg]odot*`,
        `${home}/bin/[Gg]odot*`,
      ];
  }
}

const VERSION_TIMEOUT_MS = 30_000;

function readVersion(path: string): string {
  let output: string;
  try {
    output = execFileSync(path, ["--headless", "--version"], {
      encoding: "utf8",
      timeout: VERSION_TIMEOUT_MS,
      stdio: ["ignore", "pipe", "ignore"],
    });
  } catch {
    throw new MissingToolError("A working Godot", `${path} does not run. ${REMEDY}`);
  }
  const version = output.trim().split("\n").at(-1)?.trim() ?? "";
  if (/^\d+\.\d+/.test(version)) return version;
  throw new MissingToolError("A working Godot", `${path} prints no version. ${REMEDY}`);
}

/** `4.5.1.stable.official.f62fdbde1` has its templates in `4.5.1.stable`; Mono builds in `4.5.1.stable.mono`. */
function templatesDirectory(path: string, version: string, env: Environment): string {
  const [, number = version, status = "stable"] = /^(\d+\.\d+(?:\.\d+)?)\.([a-z]+\d*)/.exec(version) ?? [];
  const name = `${number}.${status}${version.includes(".mono.") ? ".mono" : ""}`;
  return join(dataDirectory(path, env), "export_templates", name);
}

/** A file `._sc_` or `_sc_` next to the editor makes it keep its data there. */
function dataDirectory(path: string, env: Environment): string {
  const folder = dirname(path);
  if (["._sc_", "_sc_"].some((name) => existsSync(join(folder, name)))) return join(folder, "editor_data");
  const home = env.HOME ?? homedir();
  if (process.platform === "win32") return join(env.APPDATA ?? join(home, "AppData", "Roaming"), "Godot");
  if (process.platform === "darwin") return join(home, "Library", "Application Support", "Godot");
  return join(env.XDG_DATA_HOME || join(home, ".local", "share"), "godot");
}

/** @throws MissingToolError if a template is not installed. */
export function requireTemplates({ templates, version }: Godot, names: readonly string[]): void {
  const missing = names.filter((name) => !existsSync(join(templates, name)));
  if (missing.length === 0) return;
  throw new MissingToolError(
    `Export template ${missing.join(" and ")}`,
    `Install the templates of Godot ${version} in ${templates}: in the editor, Editor, Manage Export Templates; or unpack the .tpz file there.`,
  );
}
