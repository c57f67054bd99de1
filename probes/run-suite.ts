import { MissingToolError } from "../components/shared/errors.ts";
import {
  type AnySuiteName,
  type Check,
  type CheckResult,
  fail,
  overallVerdict,
  sameVerdictForAll,
} from "./check.ts";
import { type CheckContext, openCheckContext } from "./check-context.ts";
import { NoResponseError } from "./client/http.ts";
import { type CheckReport, type SuiteReport, summarizeChecks } from "./report/suite-report.ts";
import { redactValue, type Secret } from "./secret.ts";
import { credentialSecret } from "./sources/monitoring-client.ts";
import { SUITE_CHECKS } from "./suites.ts";
import type { MonitoringEndpoint } from "./target/monitoring-target.ts";
import type { Target } from "./target/target.ts";

export interface RunSuiteOptions {
  readonly signal?: AbortSignal;
  /** Called with the report of each check as soon as it is complete. */
  readonly onCheck?: (check: CheckReport) => void;
  /** Timeout of the whole suite, in milliseconds. */
  readonly timeoutMs?: number;
  /** Replaces the real sources in tests. */
  readonly open?: typeof openCheckContext;
  readonly checks?: readonly Check[];
}

/** A healthy environment needs less than 10 s, a slow one needs longer. */
export const SUITE_TIMEOUT_MS = 60_000;

/** Number of concurrent checks, low enough not to put load on the environment. */
const CONCURRENCY = 8;

/**
 * Runs every check of a suite.
 * @throws MissingToolError if the environment is a cluster and kubectl is not installed
 */
export async function runSuite(
  suite: AnySuiteName,
  target: Target,
  options: RunSuiteOptions = {},
): Promise<SuiteReport> {
  const { timeoutMs = SUITE_TIMEOUT_MS, open = openCheckContext, checks = SUITE_CHECKS[suite] } = options;
  const startedAt = new Date();
  const startMs = performance.now();
  const timeout = AbortSignal.timeout(timeoutMs);
  const signal = options.signal === undefined ? timeout : AbortSignal.any([options.signal, timeout]);
  const { context, close } = open(target, { signal });
  try {
    const reports = await runChecks(checks, context, options.onCheck);
    return {
      version: 1,
      suite,
      target: target.name,
      url: target.url,
      ...(target.environment === undefined ? {} : { environment: target.environment }),
      started: startedAt.toISOString(),
      durationMs: Math.round(performance.now() - startMs),
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
  const runAndReport = async (check: Check): Promise<void> => {
    const report = await runCheck(check, context);
    reports.set(check, report);
    onCheck?.(report);
  };
  const queue = [...checks];
  const worker = async (): Promise<void> => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) await runAndReport(next);
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, worker));
  return checks.flatMap((check) => reports.get(check) ?? []);
}

async function runCheck(check: Check, context: CheckContext): Promise<CheckReport> {
  const startMs = performance.now();
  const { findings, measured = {} } = await runCheckUntilAborted(check, context);
  const report: CheckReport = {
    id: `${check.suite}/${check.name}`,
    name: check.name,
    title: check.title,
    ...(check.group === undefined ? {} : { group: check.group }),
    verdict: overallVerdict(findings),
    findings: { ...findings },
    measured: { ...measured },
    durationMs: Math.round(performance.now() - startMs),
  };
  return redactValue(report, secretsOfTarget(context.target));
}

const SUITE_TIMEOUT_MESSAGE = "the time limit of this run was reached";

/** Runs a check; an error or the timeout of the suite becomes a failure of all its findings. */
async function runCheckUntilAborted(check: Check, context: CheckContext): Promise<CheckResult> {
  const aborted = Promise.withResolvers<never>();
  const onAbort = (): void => aborted.reject(new NoResponseError(SUITE_TIMEOUT_MESSAGE));
  context.signal.addEventListener("abort", onAbort);
  aborted.promise.catch(() => undefined);
  try {
    // A check that starts after the abort could create data that it no longer removes.
    if (context.signal.aborted) throw new NoResponseError(SUITE_TIMEOUT_MESSAGE);
    return await Promise.race([check.run(context), aborted.promise]);
  } catch (error) {
    if (error instanceof MissingToolError) throw error;
    return { findings: sameVerdictForAll(check.findings, fail(failureFromError(error, context.target))) };
  } finally {
    context.signal.removeEventListener("abort", onAbort);
  }
}

function failureFromError(error: unknown, target: Target) {
  const isNoResponse = error instanceof NoResponseError;
  const message = String((error as { readonly message?: unknown }).message ?? error).slice(0, 300);
  return {
    reason: isNoResponse ? "The target did not respond." : "The check could not be completed.",
    expected: "a response in time",
    seen: message,
    remedy:
      target.local === undefined
        ? `Check that ${target.url} is up and reachable from this machine and that its certificate is trusted, then run the check again.`
        : 'Run "npm run local -- status"; if the deployment is not running, start it with "npm start", then run the check again.',
  };
}

function secretsOfTarget({ apiToken, metricsToken, monitoring }: Target): readonly Secret[] {
  const credentials = Object.values(monitoring).flatMap(({ credential }: MonitoringEndpoint) =>
    credential === undefined ? [] : [credentialSecret(credential)],
  );
  return [apiToken, metricsToken, ...credentials].flatMap((secret) => secret ?? []);
}
