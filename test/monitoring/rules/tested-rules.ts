import type { Rule } from "../../../components/monitoring/rules/index.ts";
import { ALERT_CASES } from "./cases/index.ts";
import { ALERTS, RECORDINGS } from "./production-rules.ts";
import {
  alertScenarios,
  durationSeconds,
  recordingScenario,
  type Scenario,
  type TestFile,
  testGroup,
} from "./promtool.ts";
import { RECORDING_CASES, SLO_RECORDING_CASES } from "./recording-cases.ts";
import type { AlertCase, RecordingCase } from "./rule-case.ts";

/** A rule with the histories that speak about it. */
export interface TestedRule {
  readonly name: string;
  readonly rule: Rule;
  /** How often it is evaluated. */
  readonly every: string;
  readonly scenarios: readonly Scenario[];
  /** What promtool writes when one of its tests fails. */
  readonly mark: string;
  /** See AlertCase. */
  readonly whole: boolean;
}

/** The smallest of the durations at which the cases want the rule evaluated. */
function shortestInterval(cases: readonly AlertCase[]): string {
  const [first = "15s", ...rest] = cases.map(({ evaluationInterval }) => evaluationInterval);
  return rest.reduce(
    (least, every) => (durationSeconds(every) < durationSeconds(least) ? every : least),
    first,
  );
}

/** Every alert with its cases. */
export const TESTED_ALERTS: readonly TestedRule[] = ALERTS.map((rule) => {
  const cases = ALERT_CASES.filter(({ alert }) => alert === rule.alert);
  return {
    name: rule.alert,
    rule,
    every: shortestInterval(cases),
    scenarios: cases.flatMap(alertScenarios),
    mark: `alertname: ${rule.alert},`,
    whole: cases.some(({ countsWholeNumbers }) => countsWholeNumbers === true),
  };
});

function recordingCasesOf(slo: string | undefined): readonly RecordingCase[] {
  if (slo === undefined) return RECORDING_CASES;
  return SLO_RECORDING_CASES.find((one) => one.slo === slo)?.cases ?? [];
}

/** Every recording rule with its cases; those of an SLO share their names and differ by its label. */
export const TESTED_RECORDINGS: readonly TestedRule[] = RECORDINGS.map((rule) => {
  const slo = rule.labels?.slo;
  const cases = recordingCasesOf(slo).filter(({ record }) => record === rule.record);
  return {
    name: [rule.record.replaceAll(":", "."), slo].filter((part) => part !== undefined).join("-"),
    rule,
    // Those over days are evaluated hourly, which meets their end.
    every: cases.some(({ at }) => at !== undefined) ? "1h" : "15s",
    scenarios: cases.map(recordingScenario),
    mark: `round(${rule.record},`,
    whole: false,
  };
});

/** A rule alone in a file with all that is asked of it. */
export function singleRuleTestFile(name: string, rule: Rule, { every, scenarios }: TestedRule): TestFile {
  return {
    name,
    rules: [rule],
    evaluationInterval: every,
    tests: scenarios.map((scenario) => testGroup([scenario])),
  };
}
