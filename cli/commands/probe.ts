import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { Command } from "commander";
import { ENVIRONMENTS, type Environment } from "../../components/shared/environments.ts";
import { errorCode } from "../../components/shared/error-code.ts";
import { InputError } from "../../components/shared/errors.ts";
import { writeAtomically } from "../../components/shared/write-atomically.ts";
import { createPaint } from "../../plan/format.ts";
import type { SuiteName } from "../../probes/check.ts";
import type { SuiteReport } from "../../probes/report/suite-report.ts";
import type { PlannedObject, TargetOptions } from "../../probes/target/target.ts";
import { formatJson, type Output, writeResultFile } from "../output.ts";
import { addTargetOptions } from "./target-options.ts";

/** What the commands need from the process. */
interface ProbeContext {
  /** The project directory, with the stack files and `.spacetime-vr`. */
  readonly directory: string;
  readonly output: Output;
  /** The planned Kubernetes objects of an environment; undefined where nothing can be planned, as in a release package. */
  readonly planObjects?: (environment: Environment) => Promise<readonly PlannedObject[]>;
}

interface ProbeOptions extends Omit<TargetOptions, "directory" | "env" | "planObjects"> {
  readonly json?: true;
  readonly html?: string;
  readonly timeout?: string;
}

const SUITES: Readonly<Record<SuiteName, { readonly summary: string; readonly count: number }>> = {
  verify: { summary: "run the ten post-deployment checks", count: 10 },
  smoke: { summary: "run the ten smoke tests", count: 10 },
  health: { summary: "run the 34 system checks and write an HTML report", count: 34 },
  features: { summary: "exercise the eight features as a player would", count: 8 },
  security: { summary: "try seven kinds of attack that the server must reject", count: 7 },
};

function helpText(suite: SuiteName): string {
  const verdict =
    suite === "verify"
      ? "\nVerdict: 10 of 10 successful, 8 or 9 partial, fewer failed; partial also exits with 1."
      : "";
  const page =
    suite === "health"
      ? "\nThe HTML report is written to .spacetime-vr/<environment>/health.html, unless --html names another file."
      : "";
  return `
Examples:
  ${suite} local                              what "npm start" runs on this machine
  ${suite} production --json                  an environment by name; print only the report
  ${suite} https://play.example.org --token-file token.txt
${verdict}${page}
Tokens are read from SPACETIME_VR_API_TOKEN and SPACETIME_VR_METRICS_TOKEN, or from the given files; never from the
command line. Passwords of the monitoring are read from SPACETIME_VR_PROMETHEUS_PASSWORD, SPACETIME_VR_ALERTMANAGER_PASSWORD and
SPACETIME_VR_GRAFANA_PASSWORD, or from --secrets; a token of another monitoring from SPACETIME_VR_MONITORING_TOKEN. Checks delete the players and objects that they create; rate limits are tested in a separate bucket.
Exit codes: 0 every check passed, 1 a check failed or the environment could not be reached, 2 usage or configuration error, 3 a required tool (kubectl) is missing.`;
}

/** Creates a command for each suite. */
export function probeCommands(context: ProbeContext): readonly Command[] {
  return (Object.keys(SUITES) as SuiteName[]).map((suite) => probeCommand(suite, context));
}

function probeCommand(suite: SuiteName, context: ProbeContext): Command {
  const { summary, count } = SUITES[suite];
  const command = new Command(suite)
    .summary(summary)
    .description(`Runs ${count} checks against a running environment (docs/verification.md).`)
    .argument("<environment or URL>", `${ENVIRONMENTS.join(", ")}, or an address`)
    .option("--json", "print only the report, as JSON")
    .option("--html <file>", "write the report as HTML")
    .option("--timeout <seconds>", "for the whole suite", "60");
  return addTargetOptions(command)
    .option("--release <version>", "the expected version")
    .addHelpText("after", helpText(suite))
    .action((target: string, options: ProbeOptions) => runProbe(suite, target, options, context));
}

async function runProbe(
  suite: SuiteName,
  argument: string,
  options: ProbeOptions,
  { directory, output, planObjects }: ProbeContext,
): Promise<void> {
  const timeoutMs = parseTimeout(options.timeout ?? "60") * 1000;
  const [{ resolveTarget }, { runSuite }] = await Promise.all([
    import("../../probes/target/target.ts"),
    import("../../probes/run-suite.ts"),
  ]);
  const target = await resolveTarget(argument, {
    ...options,
    directory,
    ...(suite === "health" && planObjects !== undefined ? { planObjects } : {}),
  });
  let done = 0;
  const { count } = SUITES[suite];
  output.progress(`checking ${target.url}`);
  const report = await runSuite(suite, target, {
    timeoutMs,
    onCheck: ({ name }) => {
      done += 1;
      output.progress(`${done} of ${count}: ${name}`);
    },
  });
  if (options.json === true) output.result(formatJson(report));
  else {
    const { renderTextReport } = await import("../../probes/report/text-report.ts");
    output.result(renderTextReport(report, createPaint(output.style)));
  }
  if (report.verdict !== "successful") process.exitCode = 1;
  // After the result: a full disk must not hide it.
  await writeReportFiles(report, target.historyDirectory, options.html, output);
}

function parseTimeout(text: string): number {
  const seconds = Number(text);
  if (/^\d+$/.test(text) && seconds >= 1 && seconds <= 3600) return seconds;
  throw new InputError("Invalid probe target:", [
    {
      subject: "--timeout",
      value: text,
      rule: "must be whole seconds from 1 to 3600",
      remedy: "A healthy environment needs less than 10.",
    },
  ]);
}

/** Writes the HTML page; health checks write it by default, with the history of earlier runs. */
async function writeReportFiles(
  report: SuiteReport,
  historyDirectory: string,
  html: string | undefined,
  output: Output,
): Promise<void> {
  const isHealth = report.suite === "health";
  if (!isHealth && html === undefined) return;
  const [{ renderHtmlReport }, { saveReport, readHistory }] = await Promise.all([
    import("../../probes/report/html-report.ts"),
    import("../../probes/report/report-history.ts"),
  ]);
  const history = isHealth ? readHistory(historyDirectory, "health") : [];
  if (html !== undefined) {
    writeResultFile("--html", html, renderHtmlReport(report, history));
    output.note(`${html}: the report as a page`);
  }
  if (!isHealth) return;
  try {
    saveReport(historyDirectory, report);
    if (html !== undefined) return;
    const path = join(historyDirectory, "health.html");
    writeAtomically(path, (aside) =>
      writeFileSync(aside, renderHtmlReport(report, history), { mode: 0o600 }),
    );
    output.note(`${path}: the report as a page`);
  } catch (error) {
    // The page was not asked for, so its failure is not one of the command.
    output.note(
      `warning: the report was not saved in ${historyDirectory} (${errorCode(error) ?? String(error)})`,
    );
  }
}
