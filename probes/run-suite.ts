import { MissingToolError } from "../components/shared/errors.ts";
import {
  type Check,
  type CheckResult,
  type CompletedCheck,
  fail,
  overallVerdict,
  type SuiteName,
  sameVerdictForAll,
} from "./check.ts";
import { type CheckContext, openCheckContext } from "./check-context.ts";
import { NoResponseError } from "./client/http.ts";
import { type CheckReport, type SuiteReport, summarizeChecks } from "./report/suite-report.ts";
import { redactValue, type Secret } from "./secret.ts";
import { SUITE_CHECKS } from "./suites.ts";
import type { Target } from "./target/target.ts";

export interface RunSuiteOptions {
  readonly signal?: AbortSignal;
  /** Told of each check as soon as it has come to a verdict. */
  readonly onCheck?: (check: CheckReport) => void;
  /** Milliseconds that the whole suite may take. */
  readonly timeoutMs?: number;
  /** In place of the real sources. */
  readonly open?: typeof openCheckContext;
  readonly checks?: readonly Check[];
}

/** Verification of a healthy environment takes less than 10 s; of one that answers slowly, some more. */
export const SUITE_TIMEOUT_MS = 60_000;

/** Checks that are asked at once: enough to be quick, few enough to be no load. */
const CONCURRENCY = 8;

/**
 * Asks every check of a suite.
 * @throws MissingToolError when the environment is a cluster and kubectl is not installed.
 */
export async function runSuite(
  suite: SuiteName,
  target: Target,
  options: RunSuiteOptions = {},
): Promise<SuiteReport> {
  const { timeoutMs = SUITE_TIMEOUT_MS, open = openCheckContext, checks = SUITE_CHECKS[suite] } = options;
  const began = new Date();
  const begin = performance.now();
  const limit = AbortSignal.timeout(timeoutMs);
  const signal = options.signal === undefined ? limit : AbortSignal.any([options.signal, limit]);
  const { context, close } = open(target, { signal });
  try {
    const reports = await runChecks(checks, context, options.onCheck);
    return {
      version: 1,
      suite,
      target: target.name,
      url: target.url,
      ...(target.environment === undefined ? {} : { environment: target.environment }),
      started: began.toISOString(),
      durationMs: Math.round(performance.now() - begin),
      ...summarizeChecks(suite, reports),
      checks: reports,
    };
  } finally {
    close();
  }
}

async function runChecks(
  checks: readonly Check[],
  context: CheckContext,
  onCheck: RunSuiteOptions["onCheck"],
): Promise<CheckReport[]> {
  const reports = new Map<Check, CheckReport>();
  const ask = async (check: Check): Promise<void> => {
    const report = await runCheck(check, context, completedChecks(reports));
    reports.set(check, report);
    onCheck?.(report);
  };
  const waiting = checks.filter(({ last }) => last !== true);
  const worker = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) await ask(next);
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, worker));
  for (const check of checks.filter(({ last }) => last === true)) await ask(check);
  return checks.flatMap((check) => reports.get(check) ?? []);
}

function completedChecks(reports: ReadonlyMap<Check, CheckReport>): readonly CompletedCheck[] {
  return [...reports.values()].map(({ name, verdict, findings }) => ({ name, verdict, findings }));
}

async function runCheck(
  check: Check,
  context: CheckContext,
  earlier: readonly CompletedCheck[],
): Promise<CheckReport> {
  const begin = performance.now();
  const { findings, measured = {} } = await runCheckUntilAborted(check, context, earlier);
  const report: CheckReport = {
    id: `${check.suite}/${check.name}`,
    name: check.name,
    title: check.title,
    ...(check.group === undefined ? {} : { group: check.group }),
    verdict: overallVerdict(findings),
    findings: { ...findings },
    measured: { ...measured },
    durationMs: Math.round(performance.now() - begin),
  };
  return redactValue(report, secretsOfTarget(context.target));
}

const SUITE_TIMEOUT_MESSAGE = "the time limit of this run was reached";

/** Every check comes to a verdict, whatever happens while it asks and however long it takes. */
async function runCheckUntilAborted(
  check: Check,
  context: CheckContext,
  earlier: readonly CompletedCheck[],
): Promise<CheckResult> {
  const late = Promise.withResolvers<never>();
  const onAbort = (): void => late.reject(new NoResponseError(SUITE_TIMEOUT_MESSAGE));
  context.signal.addEventListener("abort", onAbort);
  late.promise.catch(() => undefined);
  try {
    // Nothing is begun any more that nobody would clear away.
    if (context.signal.aborted) throw new NoResponseError(SUITE_TIMEOUT_MESSAGE);
    return await Promise.race([check.run(context, earlier), late.promise]);
  } catch (error) {
    if (error instanceof MissingToolError) throw error;
    return { findings: sameVerdictForAll(check.findings, fail(failureFromError(error, context.target))) };
  } finally {
    context.signal.removeEventListener("abort", onAbort);
  }
}

function failureFromError(error: unknown, target: Target) {
  const isUnanswered = error instanceof NoResponseError;
  const message = String((error as { readonly message?: unknown }).message ?? error).slice(0, 300);
  return {
    reason: isUnanswered ? "The target did not respond." : "The check could not be completed.",
    expected: "a response in time",
    seen: message,
    remedy:
      target.local === undefined
        ? `Check that ${target.url} is up and reachable from this machine and that its certificate is trusted, then run the check again.`
        : 'Run "npm run local -- status"; if the deployment is not running, start it with "npm start", then run the check again.',
  };
}

function secretsOfTarget({ apiToken, metricsToken, monitoring }: Target): readonly Secret[] {
  return [apiToken, metricsToken, monitoring.token].flatMap((secret) => secret ?? []);
}
