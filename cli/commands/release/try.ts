import { Command, InvalidArgumentError } from "commander";
import type { SuiteReport } from "../../../probes/report/suite-report.ts";
import { CONTRACTS, type Contract } from "../../../release/exports/try/contract.ts";
import { formatJson } from "../../output.ts";
import type { ReleaseContext } from "./release-context.ts";

interface TryFlags {
  readonly contract: Contract;
  readonly json?: true;
}

const HELP = `
The server runs on loopback with the variables of Pulumi.local.yaml, generated secrets and certificates, and without Postgres and
Redis; everything is removed afterwards.

  --contract full    every finding of the ten verification checks is required
  --contract seeds   only /health, /status, /scene, /performance, /metrics, JWT and rate limits are required; what the server lacks
                     for the full contract is listed

Examples:
  release try out/linux
  release try out/linux --contract seeds --json

Exit codes: 0 passed, 1 failed or did not start, 2 usage or configuration error.`;

/** Creates `release try`. */
export function tryCommand(context: ReleaseContext): Command {
  return new Command("try")
    .summary("start an exported server and verify it")
    .description("Starts an exported server headless, waits for /health, verifies it, and stops it.")
    .argument("<directory>", "the directory of a Linux export")
    .option("--contract <name>", CONTRACTS.join(", "), parseContract, "full")
    .option("--json", "print only the result, as JSON")
    .addHelpText("after", HELP)
    .action((directory: string, flags: TryFlags) => runTry(directory, flags, context));
}

function parseContract(text: string): Contract {
  const found = CONTRACTS.find((contract) => contract === text);
  if (found === undefined) throw new InvalidArgumentError(`It must be ${CONTRACTS.join(" or ")}.`);
  return found;
}

const END_SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

async function runTry(
  directory: string,
  flags: TryFlags,
  { directory: project, output }: ReleaseContext,
): Promise<void> {
  const [{ tryExport }, { renderTryResult }, { recordTrial }] = await Promise.all([
    import("../../../release/exports/try/try-export.ts"),
    import("../../../release/exports/try/text-result.ts"),
    import("../../../release/checklist-record/record-release.ts"),
  ]);
  const controller = new AbortController();
  const abort = (): void => controller.abort();
  // Without this, Ctrl-C would leave the server running.
  for (const signal of END_SIGNALS) process.on(signal, abort);
  try {
    const reports: SuiteReport[] = [];
    const result = await tryExport(directory, {
      onReport: (report) => reports.push(report),
      project,
      contract: flags.contract,
      signal: controller.signal,
      onProgress: (activity) => output.progress(activity),
    });
    output.result(flags.json === true ? formatJson(result) : renderTryResult(result));
    if (result.verdict !== "passed" || controller.signal.aborted) process.exitCode = 1;
    if (!controller.signal.aborted) await recordTrial(project, directory, reports);
  } finally {
    for (const signal of END_SIGNALS) process.off(signal, abort);
  }
}
