import { join } from "node:path";
import { renderHtmlReport } from "../../../probes/report/html-report.ts";
import { readHistory, saveReport } from "../../../probes/report/report-history.ts";
import { runSuite } from "../../../probes/run-suite.ts";
import { readLocalTarget } from "../../../probes/target/local-target.ts";
import { createLocalTarget } from "../../../probes/target/target.ts";
import { writeFileAtomically } from "../files.ts";

/** What the system checks of a deployment came to, and where their page lies. */
export interface HealthPage {
  readonly path: string;
  readonly passed: number;
  /** Checks that do not concern this deployment are not among them. */
  readonly asked: number;
  /** The names of those that failed. */
  readonly failed: readonly string[];
}

/** Runs the system checks against what runs on this machine and writes their page, as `health local` does. */
export async function writeHealthPage(project: string): Promise<HealthPage> {
  const target = createLocalTarget(readLocalTarget(project));
  const report = await runSuite("health", target);
  const path = join(target.historyDirectory, "health.html");
  writeFileAtomically(path, renderHtmlReport(report, readHistory(target.historyDirectory, "health")));
  saveReport(target.historyDirectory, report);
  const failed = report.checks.flatMap(({ name, verdict }) => (verdict.outcome === "fail" ? [name] : []));
  return { path, passed: report.passed, asked: report.passed + report.failed, failed };
}
