import type { Command } from "commander";
import type { TargetOptions } from "../../../probes/target/target.ts";
import type { Output } from "../../output.ts";

/** The options of the post-deployment checks. */
export interface ProbeOptions extends Pick<TargetOptions, "tokenFile" | "metricsTokenFile" | "caFile"> {
  readonly url?: string;
}

/** Adds them to a command. */
export function addProbeOptions(command: Command): Command {
  return command
    .option("--url <url>", "run the ten post-deployment checks against this address")
    .option("--token-file <file>", "the service token, for the checks")
    .option("--metrics-token-file <file>", "the token that reads /metrics, for the checks")
    .option("--ca-file <file>", "the CA certificate of the address, PEM");
}

const TIMEOUT_MS = 60_000;

/** The checks as a function that prints their report; undefined without an address. */
export function probeVerification(
  { url, ...options }: ProbeOptions,
  output: Output,
): (() => Promise<boolean>) | undefined {
  if (url === undefined) return undefined;
  return async () => {
    const [{ resolveTarget }, { runSuite }, { renderTextReport }] = await Promise.all([
      import("../../../probes/target/target.ts"),
      import("../../../probes/run-suite.ts"),
      import("../../../probes/report/text-report.ts"),
    ]);
    const target = await resolveTarget(url, { ...options, directory: process.cwd() });
    const report = await runSuite("verify", target, { timeoutMs: TIMEOUT_MS });
    output.note(renderTextReport(report).trimEnd());
    return report.verdict === "successful";
  };
}
