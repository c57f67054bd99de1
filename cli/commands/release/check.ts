import { styleText } from "node:util";
import { Command } from "commander";
import { formatJson } from "../../output.ts";
import type { ReleaseContext } from "./release-context.ts";

interface CheckOptions {
  readonly json?: true;
}

const HELP = `
Examples:
  release check out                   check the exports in out, out/linux and out/windows
  release check out --json            the report for scripts

An encrypted pack needs the key of its export template: SPACETIME_VR_PACK_KEY_FILE names a file with its 64 hexadecimal digits.
Exit codes: 0 passed, 1 failed or not verified completely, 2 the directory cannot be read.`;

/** Creates `release check`. */
export function checkCommand(context: ReleaseContext): Command {
  return new Command("check")
    .summary("check an exported server")
    .description("Checks the servers in an export directory: executable, pack and content.")
    .argument("<directory>", "the directory that Godot exported to")
    .option("--json", "print only the report, as JSON")
    .addHelpText("after", HELP)
    .action((directory: string, options: CheckOptions) => runCheck(directory, options, context));
}

async function runCheck(directory: string, options: CheckOptions, { output }: ReleaseContext): Promise<void> {
  const [{ checkExport }, { renderTextReport }, { readPackKey }] = await Promise.all([
    import("../../../release/exports/check-export.ts"),
    import("../../../release/exports/text-report.ts"),
    import("../../../release/exports/read-pack-key.ts"),
  ]);
  const report = await checkExport(directory, {
    key: readPackKey(process.env),
    onProgress: (file) => output.progress(`checking ${file}`),
  });
  const paint = output.style.colour === true ? paintText : undefined;
  output.result(options.json === true ? formatJson(report) : renderTextReport(report, paint));
  if (report.verdict !== "passed") process.exitCode = 1;
}

const paintText = (style: Parameters<typeof styleText>[0], text: string): string =>
  styleText(style, text, { validateStream: false });
