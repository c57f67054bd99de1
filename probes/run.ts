import { MissingToolError } from "../components/shared/errors.ts";
import {
  type Answer,
  type Check,
  type Earlier,
  everywhere,
  fail,
  type SuiteName,
  verdictOf,
} from "./check.ts";
import { Unanswered } from "./client/http.ts";
import { type Context, openContext } from "./context.ts";
import { type CheckReport, type SuiteReport, summarize } from "./report.ts";
import { redactedValue, type Secret } from "./secret.ts";
import { SUITE_CHECKS } from "./suites.ts";
import type { Target } from "./target.ts";

export interface RunOptions {
  readonly signal?: AbortSignal;
  /** Told of each check as soon as it has come to a verdict. */
  readonly onCheck?: (check: CheckReport) => void;
  /** Milliseconds that the whole suite may take. */
  readonly timeoutMs?: number;
  /** In place of the real sources. */
  readonly open?: typeof openContext;
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
  options: RunOptions = {},
): Promise<SuiteReport> {
  const { timeoutMs = SUITE_TIMEOUT_MS, open = openContext, checks = SUITE_CHECKS[suite] } = options;
  const began = new Date();
  const begin = performance.now();
  const limit = AbortSignal.timeout(timeoutMs);
  const signal = options.signal === undefined ? limit : AbortSignal.any([options.signal, limit]);
  const { context, close } = open(target, { signal });
  try {
    const reports = await askAll(checks, context, options.onCheck);
    return {
      version: 1,
      suite,
      target: target.name,
      url: target.url,
      ...(target.environment === undefined ? {} : { environment: target.environment }),
      started: began.toISOString(),
      durationMs: Math.round(performance.now() - begin),
      ...summarize(suite, reports),
      checks: reports,
    };
  } finally {
    close();
  }
}

async function askAll(
  checks: readonly Check[],
  context: Context,
  onCheck: RunOptions["onCheck"],
): Promise<CheckReport[]> {
  const reports = new Map<Check, CheckReport>();
  const ask = async (check: Check): Promise<void> => {
    const report = await askOne(check, context, earlierOf(reports));
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

function earlierOf(reports: ReadonlyMap<Check, CheckReport>): readonly Earlier[] {
  return [...reports.values()].map(({ name, verdict, findings }) => ({ name, verdict, findings }));
}

async function askOne(check: Check, context: Context, earlier: readonly Earlier[]): Promise<CheckReport> {
  const begin = performance.now();
  const { findings, measured = {} } = await answered(check, context, earlier);
  const report: CheckReport = {
    id: `${check.suite}/${check.name}`,
    name: check.name,
    title: check.title,
    ...(check.group === undefined ? {} : { group: check.group }),
    verdict: verdictOf(findings),
    findings: { ...findings },
    measured: { ...measured },
    durationMs: Math.round(performance.now() - begin),
  };
  return redactedValue(report, secretsOf(context.target));
}

const OVER = "the time for this run is over";

/** Every check comes to a verdict, whatever happens while it asks and however long it takes. */
async function answered(check: Check, context: Context, earlier: readonly Earlier[]): Promise<Answer> {
  const late = Promise.withResolvers<never>();
  const onAbort = (): void => late.reject(new Unanswered(OVER));
  context.signal.addEventListener("abort", onAbort);
  late.promise.catch(() => undefined);
  try {
    // Nothing is begun any more that nobody would clear away.
    if (context.signal.aborted) throw new Unanswered(OVER);
    return await Promise.race([check.run(context, earlier), late.promise]);
  } catch (error) {
    if (error instanceof MissingToolError) throw error;
    return { findings: everywhere(check.findings, fail(unanswered(error, context.target))) };
  } finally {
    context.signal.removeEventListener("abort", onAbort);
  }
}

function unanswered(error: unknown, target: Target) {
  const isUnanswered = error instanceof Unanswered;
  const message = String((error as { readonly message?: unknown }).message ?? error).slice(0, 300);
  return {
    reason: isUnanswered ? "Nothing answered the question." : "The question could not be asked to its end.",
    expected: "an answer in time",
    seen: message,
    remedy:
      target.local === undefined
        ? `See whether ${target.url} is up and reachable from here, and its certificate trusted; then ask again.`
        : 'See with "npm run local -- status" whether it runs, and start it with "npm start" where it does not; then ask again.',
  };
}

function secretsOf({ apiToken, metricsToken, monitoring }: Target): readonly Secret[] {
  return [apiToken, metricsToken, monitoring.token].flatMap((secret) => secret ?? []);
}
