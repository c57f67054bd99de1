import { spawn } from "node:child_process";
import { closeSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stringify } from "yaml";
import { type Rule, renderRuleFile } from "../../../components/monitoring/rules/index.ts";
import type { AlertCase, RecordingCase, Series } from "./rule-case.ts";

/** A promtool unit test file with the rules that it tests. */
export interface TestFile {
  /** The name of the file in promtool's output. */
  readonly name: string;
  readonly rules: readonly Rule[];
  readonly evaluationInterval: string;
  readonly tests: readonly object[];
}

/** Seconds between two samples of a case's series. */
const STEP_SECONDS = 15;

/** The base URL of the expected runbook links. */
const RUNBOOK_BASE = "https://docs.spacetime-vr.com/runbooks";

const SECONDS_PER_UNIT: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };

/** A duration such as "1h30m" in seconds. */
export function durationSeconds(duration: string): number {
  const parts = [...duration.matchAll(/(\d+)([smhd])/g)];
  return parts.reduce(
    (sum, [, count, unit]) => sum + Number(count) * (SECONDS_PER_UNIT[unit ?? ""] ?? Number.NaN),
    0,
  );
}

/** Series in promtool's notation, long enough for an evaluation at `until`. */
export function inputSeries(series: Series, until: string, stepSeconds = STEP_SECONDS): object[] {
  const steps = Math.ceil(durationSeconds(until) / stepSeconds) + 4;
  return Object.entries(series).map(([selector, values]) => ({
    series: selector,
    values: expandValues(values, steps),
  }));
}

function expandValues(values: string, steps: number): string {
  if (/^-?[\d.]+$/.test(values)) return `${values}x${steps}`;
  if (/^\+[\d.]+$/.test(values)) return `0${values}x${steps}`;
  if (/^-?[\d.]+[+-][\d.]+$/.test(values)) return `${values}x${steps}`;
  return values;
}

/** Input series with the expected alerts and query results. */
export interface Scenario {
  readonly title: string;
  readonly series: Series;
  readonly stepSeconds: number;
  readonly until: string;
  readonly alertTests: readonly object[];
  readonly queries: readonly object[];
}

function alertRuleTest(
  { alert, labels, summary, description, runbook }: AlertCase,
  at: string,
  fires: boolean,
): object {
  const annotations = { summary, description, runbook_url: `${RUNBOOK_BASE}/${runbook}` };
  return {
    eval_time: at,
    alertname: alert,
    exp_alerts: fires ? [{ exp_labels: labels, exp_annotations: annotations }] : [],
  };
}

/** The scenarios of one case: it fires at the given time and not before, does not fire, and keeps firing. */
export function alertScenarios(one: AlertCase): Scenario[] {
  const scenario = (
    title: string,
    series: Series,
    until: string,
    alertLooks: readonly object[],
  ): Scenario => ({
    title: `${one.alert}: ${title}`,
    series,
    stepSeconds: STEP_SECONDS,
    until,
    alertTests: alertLooks,
    queries: [],
  });
  const before = one.notYetAt === undefined ? [] : [alertRuleTest(one, one.notYetAt, false)];
  const kept =
    one.keepsFiring === undefined
      ? []
      : [
          scenario("stays up", one.keepsFiring.series, one.keepsFiring.resolvedAt, [
            alertRuleTest(one, one.keepsFiring.firingAt, true),
            alertRuleTest(one, one.keepsFiring.resolvedAt, false),
          ]),
        ];
  return [
    scenario("fires", one.series, one.firesAt, [...before, alertRuleTest(one, one.firesAt, true)]),
    ...one.notFiring.map(({ why, series }) =>
      scenario(why, series, one.firesAt, [alertRuleTest(one, one.firesAt, false)]),
    ),
    ...kept,
  ];
}

/** The scenario of a recording case. */
export function recordingScenario({
  record,
  series,
  at = "10m",
  stepSeconds,
  samples,
}: RecordingCase): Scenario {
  return {
    title: record,
    series,
    stepSeconds: stepSeconds ?? STEP_SECONDS,
    until: at,
    alertTests: [],
    // promtool compares numbers exactly, so the result is rounded to the six decimal places of the cases.
    queries: [{ expr: `round(${record}, 0.000001)`, eval_time: at, exp_samples: samples }],
  };
}

/** One promtool test group for scenarios that do not affect each other; shared series are written once. */
export function testGroup(scenarios: readonly Scenario[]): object {
  const series = new Map(
    scenarios.flatMap((one) =>
      inputSeries(one.series, one.until, one.stepSeconds).map((input) => [JSON.stringify(input), input]),
    ),
  );
  return {
    name: scenarios.map(({ title }) => title).join("; "),
    interval: `${scenarios[0]?.stepSeconds ?? STEP_SECONDS}s`,
    input_series: [...series.values()],
    alert_rule_test: scenarios.flatMap(({ alertTests }) => alertTests),
    promql_expr_test: scenarios.flatMap(({ queries }) => queries),
  };
}

/**
 * Runs test files in one promtool process and returns the output for each failed file, by name. A file that promtool does not
 * report as successful counts as failed.
 */
export async function runTests(
  promtool: string,
  files: readonly TestFile[],
): Promise<ReadonlyMap<string, string>> {
  const directory = mkdtempSync(join(tmpdir(), "promtool-"));
  try {
    const paths = files.map((file) => writeTestFile(directory, file));
    const output = await runPromtool(promtool, ["test", "rules", ...paths], join(directory, "output.txt"));
    const reports = output.split(/^Unit Testing: +/m).slice(1);
    const byPath = new Map(reports.map((report) => [report.split("\n", 1)[0] ?? "", report]));
    return new Map(
      files.flatMap((file, index) => {
        const report = byPath.get(paths[index] ?? "") ?? `no report: ${output}`;
        return report.includes("\n  SUCCESS\n") ? [] : [[file.name, report] as const];
      }),
    );
  } finally {
    rmSync(directory, { recursive: true });
  }
}

function writeTestFile(directory: string, { name, rules, evaluationInterval, tests }: TestFile): string {
  writeFileSync(join(directory, `${name}.rules.yml`), renderRuleFile([{ name: "tested", rules }]));
  const path = join(directory, `${name}.test.yml`);
  const suite = { rule_files: [`${name}.rules.yml`], evaluation_interval: evaluationInterval, tests };
  writeFileSync(path, stringify(suite, { lineWidth: 0, aliasDuplicateObjects: false }));
  return path;
}

/** Both streams are written to one file, because promtool prints failures to one and file names to the other. */
function runPromtool(promtool: string, args: readonly string[], outputPath: string): Promise<string> {
  const output = openSync(outputPath, "w");
  // Each test group creates a database, which is faster in memory if /dev/shm exists.
  // One thread, because the tests are small and the other cores run other tests.
  const env = { ...process.env, GOMAXPROCS: "1", TMPDIR: existsSync("/dev/shm") ? "/dev/shm" : tmpdir() };
  const child = spawn(promtool, args, { env, stdio: ["ignore", output, output] });
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", () => {
      closeSync(output);
      resolve(readFileSync(outputPath, "utf8"));
    });
  });
}
