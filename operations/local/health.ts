import { join } from "node:path";
import { keepReport, readHistory } from "../../probes/history.ts";
import { reportPage } from "../../probes/html.ts";
import { readLocalTarget } from "../../probes/local-target.ts";
import { runSuite } from "../../probes/run.ts";
import { targetOfLocal } from "../../probes/target.ts";
import { writeWhole } from "./files.ts";

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
  const target = targetOfLocal(readLocalTarget(project));
  const report = await runSuite("health", target);
  const path = join(target.historyDirectory, "health.html");
  writeWhole(path, reportPage(report, readHistory(target.historyDirectory, "health")));
  keepReport(target.historyDirectory, report);
  const failed = report.checks.flatMap(({ name, verdict }) => (verdict.outcome === "fail" ? [name] : []));
  return { path, passed: report.passed, asked: report.passed + report.failed, failed };
}
