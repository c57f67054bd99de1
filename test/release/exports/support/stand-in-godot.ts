import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { parseConfigFile } from "../../../../release/exports/settings/config-file.ts";
import { parseExportPresets } from "../../../../release/exports/settings/export-presets.ts";
import { gameFiles, writeGameExport } from "./game-export.ts";
import { writePe } from "./write-executables.ts";

/**
 * A stand-in for the Godot editor that follows its command line: `--version`, `--import`, and `--export-release <preset> <path>` with
 * `--headless --path <project>`. It writes the same files, with the settings of the project, and ends as Godot does: with 1 for an
 * unknown preset or a missing directory, and with 0 although a script has an error (github.com/godotengine/godot/issues/122169).
 */
const args = process.argv.slice(2);
const valueAfter = (flag: string): string | undefined => {
  const index = args.indexOf(flag);
  return index === -1 ? undefined : args[index + 1];
};

function fail(message: string): never {
  process.stderr.write(`ERROR: ${message}\n`);
  process.exit(1);
}

function exportRelease(project: string, name: string, target: string): void {
  const preset = parseExportPresets(readFileSync(join(project, "export_presets.cfg"), "utf8")).find(
    (one) => one.name === name,
  );
  if (preset === undefined) fail(`Invalid export preset name: ${name}.`);
  if (!existsSync(dirname(target))) fail("The given export path doesn't exist.");
  if (!existsSync(join(project, ".godot"))) fail("Failed loading resource: res://vr_main.tscn.");
  const application = parseConfigFile(readFileSync(join(project, "project.godot"), "utf8")).get(
    "application",
  );
  const version = String(application?.get("config/version"));
  const files = gameFiles(
    process.env.GODOT_SCRIPT_ENCRYPTION_KEY === undefined ? {} : { "key.log": "with key" },
    {
      "application/config/version": version,
    },
  );
  const windows = preset.platform === "Windows Desktop";
  const extension = windows ? "exe" : "x86_64";
  writeGameExport(dirname(target), {
    name: basename(target, `.${extension}`),
    extension,
    files,
    ...(windows ? { executable: writePe() } : {}),
  });
}

if (args.includes("--version")) process.stdout.write("4.5.1.stable.official.f62fdbde1\n");
else {
  const project = valueAfter("--path") ?? fail("no project");
  if (!args.includes("--headless")) fail("this stand-in has no display");
  process.stdout.write("Godot Engine v4.5.1.stable.official.f62fdbde1 - https://godotengine.org\n");
  if (existsSync(join(project, "broken.gd"))) {
    process.stderr.write(
      "SCRIPT ERROR: Parse Error: Expected end of statement.\n   at: GDScript::reload (res://broken.gd:2)\n",
    );
  }
  if (args.includes("--import")) mkdirSync(join(project, ".godot"), { recursive: true });
  const preset = valueAfter("--export-release");
  if (preset !== undefined) exportRelease(project, preset, args.at(-1) ?? "");
}
