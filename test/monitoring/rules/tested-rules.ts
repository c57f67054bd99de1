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

/** A rule with its test scenarios. */
export interface TestedRule {
  readonly name: string;
  readonly rule: Rule;
  /** The evaluation interval. */
  readonly every: string;
  readonly scenarios: readonly Scenario[];
  /** The text in promtool's output if one of its tests fails. */
  readonly mark: string;
  /** See countsWholeNumbers of AlertCase. */
  readonly whole: boolean;
}

/** The shortest evaluation interval of the cases. */
function shortestInterval(cases: readonly AlertCase[]): string {
  const [first = "15s", ...rest] = cases.map(({ evaluationInterval }) => evaluationInterval);
  return rest.reduce(
    (least, every) => (durationSeconds(every) < durationSeconds(least) ? every : least),
    first,
  );
}

/** All alerts with their cases. */
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

/** All recording rules with their cases; the rules of the SLOs have the same record names and differ by the label `slo`. */
export const TESTED_RECORDINGS: readonly TestedRule[] = RECORDINGS.map((rule) => {
  const slo = rule.labels?.slo;
  const cases = recordingCasesOf(slo).filter(({ record }) => record === rule.record);
  return {
    name: [rule.record.replaceAll(":", "."), slo].filter((part) => part !== undefined).join("-"),
    rule,
    // Cases over days are evaluated hourly; their evaluation time is on a full hour.
    every: cases.some(({ at }) => at !== undefined) ? "1h" : "15s",
    scenarios: cases.map(recordingScenario),
    mark: `round(${rule.record},`,
    whole: false,
  };
});

/** A test file with a single rule and its scenarios. */
export function singleRuleTestFile(name: string, rule: Rule, { every, scenarios }: TestedRule): TestFile {
  return {
    name,
    rules: [rule],
    evaluationInterval: every,
    tests: scenarios.map((scenario) => testGroup([scenario])),
  };
}
