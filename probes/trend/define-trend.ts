import { defineCheck, fail, type Measurements, notApplicable, PASS, type Verdict } from "../check.ts";
import type { CheckContext } from "../check-context.ts";
import { maxValue, queryPrometheus } from "../sources/monitoring-client.ts";
import { queryRange, type Sample, TREND_WINDOWS, type TrendWindow } from "./range-query.ts";

/** What is wrong with a trend; undefined if nothing is. */
export interface TrendProblem {
  readonly reason: string;
  readonly expected: string;
  readonly seen: string;
}

/** How one window of a trend is judged. */
export interface TrendJudgement {
  readonly problem?: TrendProblem | undefined;
  /** Why it cannot be judged. */
  readonly unknown?: string | undefined;
  readonly measured: Measurements;
}

interface TrendDefinition<Window extends TrendWindow> {
  readonly name: string;
  readonly title: string;
  /** PromQL that returns one series. */
  readonly expression: (window: Window, context: CheckContext) => string;
  /** How each window is judged. */
  readonly windows: Readonly<
    Record<Window, (values: readonly Sample[], context: CheckContext) => TrendJudgement>
  >;
  readonly remedy: string;
  /** Share of the samples that must exist. @default 0.9 */
  readonly minCoverage?: number;
}

/** The age of the oldest server: at most the time since the deployment, which replaces every server. */
const DEPLOYMENT_AGE_QUERY = 'time() - min(spacetime_start_time_seconds{job="game-server"})';

/** Share of the samples that must exist: a few are missing when Prometheus itself is replaced. */
const MIN_COVERAGE = 0.9;

/** Defines a check with a finding for each window of a trend. */
export function defineTrend<const Window extends TrendWindow>(definition: TrendDefinition<Window>) {
  const windows = Object.keys(definition.windows) as Window[];
  return defineCheck({
    suite: "trend",
    name: definition.name,
    title: definition.title,
    findings: windows,
    async run(context) {
      const judged = await Promise.all(windows.map((window) => judgeWindow(definition, window, context)));
      return {
        findings: Object.fromEntries(
          windows.map((window, index) => [window, judged[index]?.verdict]),
        ) as Record<Window, Verdict>,
        measured: Object.assign({}, ...judged.map(({ measured }) => measured)) as Measurements,
      };
    },
  });
}

interface JudgedWindow {
  readonly verdict: Verdict;
  readonly measured: Measurements;
}

async function judgeWindow<Window extends TrendWindow>(
  definition: TrendDefinition<Window>,
  window: Window,
  context: CheckContext,
): Promise<JudgedWindow> {
  const { prometheus } = context;
  const without = (reason: string): JudgedWindow => ({ verdict: notApplicable(reason), measured: {} });
  if (prometheus === undefined) return without("Prometheus is not available: set --prometheus-url");
  const age = maxValue(await queryPrometheus(prometheus, DEPLOYMENT_AGE_QUERY));
  if (age === undefined || Number.isNaN(age)) return without("Prometheus has no samples of the game servers");
  if (age < TREND_WINDOWS[window])
    return without(`the servers have run for ${Math.floor(age / 60)} minutes, less than ${window}`);
  const { samples, expected } = await queryRange(
    prometheus,
    definition.expression(window, context),
    window,
    Date.now() / 1000,
  );
  const finite = samples.filter(({ value }) => Number.isFinite(value));
  if (finite.length < expected * (definition.minCoverage ?? MIN_COVERAGE))
    return without(`Prometheus has ${finite.length} of ${expected} samples of the last ${window}`);
  const { problem, unknown, measured } = definition.windows[window](finite, context);
  const verdict = problem === undefined ? PASS : fail({ ...problem, remedy: definition.remedy });
  return {
    verdict: unknown === undefined ? verdict : notApplicable(unknown),
    measured: Object.fromEntries(
      Object.entries(measured).map(([name, value]) => [`${name}_${window}`, value]),
    ),
  };
}
