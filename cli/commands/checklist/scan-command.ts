import { Command } from "commander";
import type { ChecklistContext } from "./evaluate.ts";
import type { ScanOptions } from "./scan.ts";

const HELP = `
Dependencies are scanned by the first of osv-scanner, trivy, grype and npm audit that completes, images by trivy or grype. Each
needs the network, for its database of vulnerabilities or the registry. What no scanner could scan is unproven, with the reason.
The results are written to .spacetime-vr/security-scan.json and count for seven days.
Exit codes: 0 nothing critical or high was found, 1 something was, 2 usage or configuration error.`;

/** Creates `checklist scan`. */
export function scanCommand(context: ChecklistContext): Command {
  return new Command("scan")
    .summary("scan dependencies and images for known vulnerabilities")
    .description("Scans the dependencies and every planned image for known vulnerabilities.")
    .argument("<environment>", "the environment")
    .option("--json", "print only the results, as JSON")
    .addHelpText("after", HELP)
    .action(async (name: string, _: ScanOptions, command: Command) => {
      const { scan } = await import("./scan.ts");
      // `checklist` has --json too, and reads it first.
      await scan(name, command.optsWithGlobals<ScanOptions>(), context);
    });
}
