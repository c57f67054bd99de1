import { Command } from "commander";
import { parseEnvironment } from "../../../components/config/parse-environment.ts";
import { ENVIRONMENTS } from "../../../components/shared/environments.ts";
import { createPaint } from "../../../plan/format.ts";
import { formatJson, writeResultFile } from "../../output.ts";
import type { ReleaseContext } from "./release-context.ts";

interface CheckOptions {
  readonly environment: string;
  readonly project?: string;
  readonly json?: true;
  readonly html?: string;
}

const HELP = `
Examples:
  release check out                          check the exports in out, out/linux and out/windows
  release check out --project ../game        also check the export presets of the Godot project
  release check out --environment staging    with the autoloads and scenes of another environment
  release check out --html report.html       write the report as a page, too
  release check out --json                   the report for scripts

An encrypted pack needs the key of its export template: SPACETIME_VR_PACK_KEY_FILE names a file with its 64 hexadecimal digits.
See docs/release-exports.md. Exit codes: 0 passed, 1 failed or not verified completely, 2 usage or configuration error.`;

/** Creates `release check`. */
export function checkCommand(context: ReleaseContext): Command {
  return new Command("check")
    .summary("check an exported server")
    .description("Checks the servers in an export directory: executable, pack, content and settings.")
    .argument("<directory>", "the directory that Godot exported to")
    .option("--environment <name>", ENVIRONMENTS.join(", "), "production")
    .option("--project <directory>", "the Godot project, for its export presets")
    .option("--json", "print only the report, as JSON")
    .option("--html <file>", "write the report as HTML")
    .addHelpText("after", HELP)
    .action((directory: string, options: CheckOptions) => runCheck(directory, options, context));
}

async function runCheck(
  directory: string,
  options: CheckOptions,
  { directory: stacks, output }: ReleaseContext,
): Promise<void> {
  const environment = parseEnvironment(options.environment);
  const [{ checkExport }, { readExpectations }, { renderTextReport }, { readPackKey }] = await Promise.all([
    import("../../../release/exports/check-export.ts"),
    import("../../../release/exports/expectations.ts"),
    import("../../../release/exports/text-report.ts"),
    import("../../../release/exports/read-pack-key.ts"),
  ]);
  const report = await checkExport(directory, {
    expectations: readExpectations(stacks, environment),
    project: options.project,
    key: readPackKey(process.env),
    onProgress: (file) => output.progress(`checking ${file}`),
  });
  output.result(
    options.json === true ? formatJson(report) : renderTextReport(report, createPaint(output.style)),
  );
  if (report.verdict !== "passed") process.exitCode = 1;
  if (options.html === undefined) return;
  const { renderHtmlReport } = await import("../../../release/exports/html-report.ts");
  writeResultFile("--html", options.html, renderHtmlReport(report));
  output.note(`${options.html}: the report as a page`);
}
