import { Command } from "commander";
import { parseEnvironment } from "../../../components/config/parse-environment.ts";
import { ENVIRONMENTS } from "../../../components/shared/environments.ts";
import { formatJson } from "../../output.ts";
import type { ReleaseContext } from "./release-context.ts";

interface ExportFlags {
  readonly output: string;
  readonly environment: string;
  readonly json?: true;
}

const HELP = `
Godot is searched in the variable GODOT, the PATH, and the usual directories. Its export templates must be installed. The scripts
are parsed with gdparse (pip install gdtoolkit) if it is installed, and the GdUnit4 suites are checked. The new build is checked as
\`release check\` does before it replaces the previous one, which is kept as <output>.backup-<time>; a build that fails is kept as
<output>.rejected.

Examples:
  release export ../game
  release export ../game --output out/2.5.0
  GODOT=~/Godot_v4.5.1-stable_linux.x86_64 npm run release -- export ../game

Exit codes: 0 exported and passed, 1 failed, 2 usage or configuration error, 3 Godot or a template is missing.`;

/** Creates `release export`. */
export function exportCommand(context: ReleaseContext): Command {
  return new Command("export")
    .summary("export a Godot project for Linux and Windows")
    .description(
      "Exports a Godot project for Linux and Windows, with version metadata and checksums, and checks the result.",
    )
    .argument("<project>", "the directory with project.godot")
    .option("--output <directory>", "a new directory, or one of an earlier export", "out")
    .option("--environment <name>", ENVIRONMENTS.join(", "), "production")
    .option("--json", "print only the result, as JSON")
    .addHelpText("after", HELP)
    .action((project: string, flags: ExportFlags) => runExport(project, flags, context));
}

async function runExport(
  project: string,
  flags: ExportFlags,
  { directory, output }: ReleaseContext,
): Promise<void> {
  const environment = parseEnvironment(flags.environment);
  const [{ exportProject }, { readExpectations }, { readPackKey }, { renderTextReport }] = await Promise.all([
    import("../../../release/exports/godot/export-project.ts"),
    import("../../../release/exports/expectations.ts"),
    import("../../../release/exports/read-pack-key.ts"),
    import("../../../release/exports/text-report.ts"),
  ]);
  const result = await exportProject(project, {
    output: flags.output,
    env: process.env,
    expectations: readExpectations(directory, environment),
    key: readPackKey(process.env),
    onProgress: (activity) => output.progress(activity),
    onNote: output.note,
  });
  const { report, metadata, scripts, backup } = result;
  if (report.verdict !== "passed") process.exitCode = 1;
  if (flags.json === true) return output.result(formatJson(result));
  const parsed = scripts.parser === undefined ? "not parsed" : "parsed";
  output.result(renderTextReport(report));
  output.result(
    [
      `${result.output}: version ${metadata.version}, Godot ${metadata.godot}, commit ${metadata.commit ?? "unknown"}${metadata.dirty ? " with uncommitted changes" : ""}`,
      `${scripts.scripts} scripts ${parsed}; ${scripts.suites} GdUnit4 suites with ${scripts.tests} tests and ${scripts.assertions} assertions`,
      ...(backup === undefined ? [] : [`The previous build is in ${backup}.`]),
      "",
    ].join("\n"),
  );
}
