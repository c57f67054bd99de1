import type { LiveReport } from "../../../checklist/evaluation/facts.ts";
import type { LedgerFacts } from "../../../checklist/facts/gather-facts.ts";
import type { Environment } from "../../../components/shared/environments.ts";
import { MissingToolError } from "../../../components/shared/errors.ts";
import type { Update } from "../../../operations/pulumi/history/stack-history.ts";
import type { UpdateHistory } from "../../../probes/history/update-history.ts";
import type { TargetOptions } from "../../../probes/target/target.ts";
import type { ChecklistContext } from "./evaluate.ts";

/** The options of live checks. */
export interface LiveOptions extends Omit<TargetOptions, "directory" | "env" | "planObjects" | "release"> {
  readonly startPod?: true;
}

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
  const stackHistory = await readOwnHistory(environment, { directory, output });
  return readLedgerFacts({ ...openLedger(directory, environment), directory, stackHistory });
}

/** Pulumi's own history of the stack, which only its CLI reads; undefined without it. */
async function readOwnHistory(
  environment: Environment,
  context: ChecklistContext,
): Promise<readonly Update[] | undefined> {
  const [{ createStackContext }, { readStackHistory }] = await Promise.all([
    import("../pulumi-context.ts"),
    import("../../../operations/pulumi/stack-context.ts"),
  ]);
  try {
    return await readStackHistory(createStackContext(context, environment, { json: true }));
  } catch (error) {
    if (error instanceof MissingToolError) return undefined;
    throw error;
  }
}

/** Runs every suite against the environment, saves the reports and returns them. */
export async function runLiveSuites(
  environment: Environment,
  options: LiveOptions,
  history: UpdateHistory | undefined,
  { directory, output }: ChecklistContext,
): Promise<readonly LiveReport[]> {
  const { startPod = false, ...targetOptions } = options;
  const [
    { resolveTarget },
    { runSuite },
    { openCheckContext },
    { LIVE_SUITES },
    { saveReport },
    { targetOf, readTestedRate },
    { planObjects },
  ] = await Promise.all([
    import("../../../probes/target/target.ts"),
    import("../../../probes/run-suite.ts"),
    import("../../../probes/check-context.ts"),
    import("../../../probes/check.ts"),
    import("../../../probes/report/report-history.ts"),
    import("../../../checklist/facts/live-reports.ts"),
    import("../plan-objects.ts"),
  ]);
  const target = await resolveTarget(environment, {
    ...targetOptions,
    directory,
    planObjects: (name) => planObjects(name, directory, output),
  });
  const testedRequestsPerSecond = readTestedRate(directory);
  const reports: LiveReport[] = [];
  // One after the other: the suites test limits and load, and would disturb each other.
  for (const suite of LIVE_SUITES) {
    output.progress(`${suite}: checking ${target.url}`);
    const report = await runSuite(suite, target, {
      open: (opened, settings) => {
        const { context, close } = openCheckContext(opened, { ...settings, startPod });
        return {
          context: {
            ...context,
            ...(history === undefined ? {} : { history: async () => history }),
            ...(testedRequestsPerSecond === undefined ? {} : { testedRequestsPerSecond }),
          },
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
