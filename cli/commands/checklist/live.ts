import type { LiveReport } from "../../../checklist/evaluation/facts.ts";
import type { LedgerFacts } from "../../../checklist/facts/gather-facts.ts";
import type { Environment } from "../../../components/shared/environments.ts";
import type { UpdateHistory } from "../../../probes/history/update-history.ts";
import type { TargetOptions } from "../../../probes/target/target.ts";
import type { ChecklistContext } from "./evaluate.ts";

/** The options of live checks. */
export type LiveOptions = Omit<TargetOptions, "directory" | "env">;

/** Reads the ledger of a stack; undefined without a backend, and for the process deployment. */
export async function readLedger(
  environment: Environment,
  { directory, output }: ChecklistContext,
): Promise<{ readonly facts: LedgerFacts; readonly history: UpdateHistory } | undefined> {
  if (environment === "package" || (process.env.PULUMI_BACKEND_URL ?? "") === "") return undefined;
  const [{ readLedgerFacts }, { openLedger }] = await Promise.all([
    import("../../../operations/pulumi/history/ledger-facts.ts"),
    import("../pulumi-context.ts"),
  ]);
  output.progress("reading the ledger");
  return readLedgerFacts({ ...openLedger(directory, environment), directory });
}

/** Runs every suite against the environment, saves the reports and returns them. */
export async function runLiveSuites(
  environment: Environment,
  options: LiveOptions,
  history: UpdateHistory | undefined,
  { directory, output }: ChecklistContext,
): Promise<readonly LiveReport[]> {
  const [
    { resolveTarget },
    { runSuite },
    { openCheckContext },
    { ALL_SUITES },
    { saveReport },
    { targetOf },
  ] = await Promise.all([
    import("../../../probes/target/target.ts"),
    import("../../../probes/run-suite.ts"),
    import("../../../probes/check-context.ts"),
    import("../../../probes/check.ts"),
    import("../../../probes/report/report-history.ts"),
    import("../../../checklist/facts/live-reports.ts"),
  ]);
  const target = await resolveTarget(environment, { ...options, directory });
  const reports: LiveReport[] = [];
  // One after the other: the suites test limits and load, and would disturb each other.
  for (const suite of ALL_SUITES) {
    output.progress(`${suite}: checking ${target.url}`);
    const report = await runSuite(suite, target, {
      open: (...args) => {
        const { context, close } = openCheckContext(...args);
        return {
          context: history === undefined ? context : { ...context, history: async () => history },
          close,
        };
      },
    });
    output.note(
      `${suite}: ${report.passed} passed, ${report.failed} failed, ${report.notApplicable} not applicable`,
    );
    saveReport(target.historyDirectory, report);
    reports.push({ target: targetOf(report, "environment"), report });
  }
  return reports;
}
