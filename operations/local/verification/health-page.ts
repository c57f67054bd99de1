import { join } from "node:path";
import { renderHtmlReport } from "../../../probes/report/html-report.ts";
import { readHistory, saveReport } from "../../../probes/report/report-history.ts";
import { runSuite } from "../../../probes/run-suite.ts";
import { readLocalTarget } from "../../../probes/target/local-target.ts";
import { createLocalTarget } from "../../../probes/target/target.ts";
import { writeFileAtomically } from "../files.ts";

/** The result of the health checks and the path of their HTML page. */
export interface HealthPage {
  readonly path: string;
  readonly passed: number;
  /** Checks that do not apply to this deployment are not included. */
  readonly asked: number;
  /** The names of the failed checks. */
  readonly failed: readonly string[];
}

/** Runs the health checks on this machine's deployment and writes their page, as `health local` does. */
export async function writeHealthPage(project: string): Promise<HealthPage> {
  const target = createLocalTarget(readLocalTarget(project));
  const report = await runSuite("health", target);
  const path = join(target.historyDirectory, "health.html");
  writeFileAtomically(path, renderHtmlReport(report, readHistory(target.historyDirectory, "health")));
  saveReport(target.historyDirectory, report);
  const failed = report.checks.flatMap(({ name, verdict }) => (verdict.outcome === "fail" ? [name] : []));
  return { path, passed: report.passed, asked: report.passed + report.failed, failed };
}
