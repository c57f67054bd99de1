import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Environment } from "../../components/shared/environments.ts";
import { ALL_SUITES } from "../../probes/check.ts";
import { readHistory } from "../../probes/report/report-history.ts";
import type { SuiteReport } from "../../probes/report/suite-report.ts";
import { localTargetPath } from "../../probes/target/local-target.ts";
import type { LiveReport } from "../evaluation/facts.ts";
import type { ProbeTarget } from "../types.ts";

/** The state directory of an environment's reports, as `Target.historyDirectory`. */
const STATE_DIRECTORY = ".spacetime-vr";

/** The reports of earlier runs, and whether the environment consists of processes on this machine. */
export function readSavedReports(
  directory: string,
  environment: Environment,
): { readonly reports: readonly LiveReport[]; readonly processes: boolean } {
  const read = (folder: string, target: ProbeTarget, expected?: Environment): readonly LiveReport[] =>
    ALL_SUITES.flatMap((suite) => readHistory(join(directory, STATE_DIRECTORY, folder), suite))
      // A report of another environment may have been copied here.
      .filter((report) => expected === undefined || report.environment === expected)
      .map((report) => ({ target: targetOf(report, target), report }));
  return {
    reports: [
      ...read(environment, "environment", environment),
      ...read("staging", "staging", "staging"),
      ...read("candidate", "candidate"),
    ],
    processes: environment === "local" && existsSync(localTargetPath(directory)),
  };
}

/** The highest request rate of a load test that staging passed. */
export function readTestedRate(directory: string): number | undefined {
  const rates = readHistory(join(directory, STATE_DIRECTORY, "staging"), "load")
    .filter(({ verdict, environment }) => verdict === "successful" && environment === "staging")
    .flatMap(({ checks }) => checks.map(({ measured }) => Number(measured.requests_per_second)))
    .filter((rate) => Number.isFinite(rate));
  return rates.length === 0 ? undefined : Math.max(...rates);
}

/** Preflight checks are about the platform below the environment. */
export function targetOf({ suite }: Pick<SuiteReport, "suite">, target: ProbeTarget): ProbeTarget {
  return suite === "preflight" && target === "environment" ? "platform" : target;
}
