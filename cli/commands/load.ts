import { Command, InvalidArgumentError, Option } from "commander";
import { errorCode } from "../../components/shared/error-code.ts";
import type { LoadReport } from "../../probes/load/load-report.ts";
import { DEFAULT_PROFILE, PROFILE_MAXIMUMS, PROFILES, type ProfileName } from "../../probes/load/profile.ts";
import type { Target } from "../../probes/target/target.ts";
import { formatJson, type Output, writeResultFile } from "../output.ts";

/** What the command needs from the process. */
interface LoadContext {
  /** The project directory, with `.spacetime-vr` and the stack files. */
  readonly directory: string;
  readonly output: Output;
}

interface LoadCommandOptions {
  readonly profile: ProfileName;
  readonly duration: number;
  readonly rate?: number;
  readonly connections: number;
  readonly sessions: number;
  readonly path?: readonly string[];
  readonly reconnectBudget: number;
  readonly p99?: number;
  readonly through?: string;
  readonly allowRemote?: true;
  readonly tokenFile?: string;
  readonly caFile?: string;
  readonly telemetryUrl?: string;
  readonly html?: string;
  readonly json?: true;
}

/** Maximum seconds for a session to reconnect: the maximum duration of a local rollback. */
const RECONNECT_BUDGET_SECONDS = 10;

const EXAMPLES = `
Profiles: steady is a constant rate; ramp rises to the rate over the first 80 % of the duration; spike is one fifth of
the rate, and the full rate from 40 % to 60 %. Maximums: ${PROFILE_MAXIMUMS.seconds} s, ${PROFILE_MAXIMUMS.rate} requests/s, ${PROFILE_MAXIMUMS.connections} connections, ${PROFILE_MAXIMUMS.sessions} sessions.

Examples:
  load local                                        10 s at 50 requests/s, 8 telemetry sessions
  load local --profile spike --rate 80 --html load.html
  load local --through "npm run local rollback"     sessions held through a rollback
  load https://play.example.org --allow-remote --token-file token

The token is read from the local deployment's file, from --token-file or from SPACETIME_VR_API_TOKEN. With a token, each
connection has its own rate-limit bucket, and each session is a player that is deleted afterwards. Ctrl-C stops the load
and still reports.
Exit codes: 0 passed, 1 failed under load, 2 usage or configuration error.`;

function parseNumber(text: string): number {
  const value = Number(text);
  if (text.trim() === "" || !Number.isFinite(value)) throw new InvalidArgumentError("It must be a number.");
  return value;
}

function parsePositiveNumber(text: string): number {
  const value = parseNumber(text);
  if (value <= 0) throw new InvalidArgumentError("It must be above 0.");
  return value;
}

function parseCommand(text: string): string {
  if (text.trim() === "") throw new InvalidArgumentError("It must be a command.");
  return text;
}

function appendPath(text: string, before: readonly string[] = []): readonly string[] {
  // Printable ASCII without spaces, as allowed in a request line.
  if (!/^\/[!-~]*$/.test(text)) throw new InvalidArgumentError("It must be a path, such as /status.");
  return [...before, text];
}

/** Creates the `load` command. */
export function loadCommand(context: LoadContext): Command {
  const { seconds, connections, sessions, name, rate } = DEFAULT_PROFILE;
  return new Command("load")
    .summary("run a bounded load test against an environment")
    .description(
      "Runs a bounded load test against an environment and measures latency, rate limits and sessions.",
    )
    .argument("<target>", "local, another environment, or a URL")
    .addOption(new Option("--profile <name>", "how the rate changes").choices([...PROFILES]).default(name))
    .option("--duration <seconds>", "how long", parseNumber, seconds)
    .option(
      "--rate <requests>",
      `maximum requests per second (default: ${rate}; 0 with --through)`,
      parseNumber,
    )
    .option("--connections <number>", "concurrent requests", parseNumber, connections)
    .option("--sessions <number>", "telemetry sessions kept open during the load", parseNumber, sessions)
    .option(
      "--path <path>",
      "request this path (repeatable; default: /health, /status, /scene, /players)",
      appendPath,
    )
    .option(
      "--reconnect-budget <seconds>",
      "time after which a session that has not reconnected is lost",
      parsePositiveNumber,
      RECONNECT_BUDGET_SECONDS,
    )
    .option("--p99 <ms>", "fail when the 99th percentile is above this", parsePositiveNumber)
    .option("--through <command>", "keep the sessions open while this command runs", parseCommand)
    .option("--allow-remote", "allow a target that is not this machine")
    .option("--token-file <file>", "the service token")
    .option("--ca-file <file>", "CA certificate of the target, PEM")
    .option("--telemetry-url <url>", "telemetry URL, if it is not <target>/telemetry")
    .option("--html <file>", "write the report as HTML with plots")
    .option("--json", "print only the report, as JSON")
    .addHelpText("after", EXAMPLES)
    .action((argument: string, options: LoadCommandOptions) => runLoadCommand(argument, options, context));
}

async function runLoadCommand(
  argument: string,
  options: LoadCommandOptions,
  context: LoadContext,
): Promise<void> {
  const { output } = context;
  const [{ resolveTarget }, { remoteHosts, requireRemoteAllowed }] = await Promise.all([
    import("../../probes/target/target.ts"),
    import("../../probes/load/remote-target.ts"),
  ]);
  const target = await resolveTarget(argument, targetOptions(options, context));
  requireRemoteAllowed(target, options.allowRemote === true);
  for (const host of remoteHosts(target)) output.note(`Generating load on ${host}, a remote host.`);
  const report = await withInterrupt(output, (signal) => runLoadTest(target, options, { output, signal }));
  if (options.html !== undefined) {
    const { renderLoadHtml } = await import("../../probes/load/html-report.ts");
    writeResultFile("--html", options.html, renderLoadHtml(report));
    output.note(`${options.html}: the report as a page`);
  }
  if (options.json === true) output.result(formatJson(report));
  else {
    const { renderLoadText } = await import("../../probes/load/text-report.ts");
    output.result(renderLoadText(report));
  }
  if (report.verdict === "bad") process.exitCode = 1;
  await saveForChecklist(report, target, output);
}

/** The checklist judges the last load test; an unwritable directory is no failure of the test. */
async function saveForChecklist(report: LoadReport, target: Target, output: Output): Promise<void> {
  const [{ runSuite }, { openCheckContext }, { saveReport }] = await Promise.all([
    import("../../probes/run-suite.ts"),
    import("../../probes/check-context.ts"),
    import("../../probes/report/report-history.ts"),
  ]);
  const suite = await runSuite("load", target, {
    open: (opened, settings) => {
      const { context, close } = openCheckContext(opened, settings);
      return { context: { ...context, loadReport: async () => report }, close };
    },
  });
  try {
    saveReport(target.historyDirectory, { ...suite, started: report.startedAt });
  } catch (error) {
    output.note(
      `warning: the result was not saved in ${target.historyDirectory} (${errorCode(error) ?? String(error)})`,
    );
  }
}

function targetOptions({ tokenFile, caFile, telemetryUrl }: LoadCommandOptions, { directory }: LoadContext) {
  return {
    directory,
    ...(tokenFile === undefined ? {} : { tokenFile }),
    ...(caFile === undefined ? {} : { caFile }),
    ...(telemetryUrl === undefined ? {} : { telemetryUrl }),
  };
}

async function runLoadTest(
  target: Target,
  options: LoadCommandOptions,
  { output, signal }: { readonly output: Output; readonly signal: AbortSignal },
): Promise<LoadReport> {
  const { DEFAULT_PATHS, PUBLIC_PATHS, runLoad } = await import("../../probes/load/run-load.ts");
  const { profile: name, duration: seconds, connections, sessions, through, p99 } = options;
  const rate = options.rate ?? (through === undefined ? DEFAULT_PROFILE.rate : 0);
  const usual = target.apiToken === undefined ? PUBLIC_PATHS : DEFAULT_PATHS;
  return runLoad({
    target,
    profile: { name, seconds, rate, connections, sessions },
    paths: options.path ?? usual,
    reconnectBudgetMs: Math.round(options.reconnectBudget * 1000),
    thresholds: p99 === undefined ? {} : { p99Ms: p99 },
    ...(through === undefined ? {} : { through }),
    signal,
    progress: output.progress,
  });
}

/** The first Ctrl-C ends the load and prints the report; the second one ends the process. */
async function withInterrupt<Result>(
  output: Output,
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const controller = new AbortController();
  const stop = (): void => {
    output.note("Stopping the load; press Ctrl-C again to stop without a report.");
    controller.abort();
  };
  process.once("SIGINT", stop).once("SIGTERM", stop);
  try {
    return await work(controller.signal);
  } finally {
    process.removeListener("SIGINT", stop).removeListener("SIGTERM", stop);
  }
}
