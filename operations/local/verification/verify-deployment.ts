import { runSuite } from "../../../probes/run-suite.ts";
import { defaultExpectations } from "../../../probes/target/expectations.ts";
import type { LocalTarget } from "../../../probes/target/local-target.ts";
import { createLocalTarget } from "../../../probes/target/target.ts";
import type { Release } from "../releases/releases.ts";
import type { Verification } from "./verification.ts";

/** Runs the verify suite on this machine's deployment with the expectations of its release. */
export async function verifyDeployment(local: LocalTarget, { settings }: Release): Promise<Verification> {
  // A candidate is not the current release yet, so the expectations must come from its own settings.
  const expected = defaultExpectations("local", settings.variables);
  const report = await runSuite("verify", { ...createLocalTarget(local), expected });
  const failures = report.checks.flatMap(({ title, verdict }) =>
    verdict.outcome === "fail"
      ? [`${title}: ${verdict.reason} Expected ${verdict.expected}; seen ${verdict.seen}`]
      : [],
  );
  return {
    score: `${report.passed}/${report.checks.length}`,
    good: report.verdict === "successful",
    failures,
    at: report.started,
    seconds: report.durationMs / 1000,
  };
}
