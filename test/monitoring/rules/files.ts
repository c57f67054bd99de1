import type { Rule } from "../../../components/monitoring/rules/index.ts";
import type { AlertCase, RecordingCase } from "./case.ts";
import { ALERT_CASES } from "./cases/index.ts";
import { ALERTS, RECORDINGS } from "./production.ts";
import {
  alertScenarios,
  recordingScenario,
  type Scenario,
  secondsOf,
  type TestFile,
  testGroup,
} from "./promtool.ts";
import { RECORDING_CASES, SLO_RECORDING_CASES } from "./recording-cases.ts";

/** A rule with the histories that speak about it. */
export interface Tested {
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
function finest(cases: readonly AlertCase[]): string {
  const [first = "15s", ...rest] = cases.map(({ every }) => every);
  return rest.reduce((least, every) => (secondsOf(every) < secondsOf(least) ? every : least), first);
}

/** Every alert with its cases. */
export const TESTED_ALERTS: readonly Tested[] = ALERTS.map((rule) => {
  const cases = ALERT_CASES.filter(({ alert }) => alert === rule.alert);
  return {
    name: rule.alert,
    rule,
    every: finest(cases),
    scenarios: cases.flatMap(alertScenarios),
    mark: `alertname: ${rule.alert},`,
    whole: cases.some(({ whole }) => whole === true),
  };
});

function recordingCases(slo: string | undefined): readonly RecordingCase[] {
  if (slo === undefined) return RECORDING_CASES;
  return SLO_RECORDING_CASES.find((one) => one.slo === slo)?.cases ?? [];
}

/** Every recording rule with its cases; those of an SLO share their names and differ by its label. */
export const TESTED_RECORDINGS: readonly Tested[] = RECORDINGS.map((rule) => {
  const slo = rule.labels?.slo;
  const cases = recordingCases(slo).filter(({ record }) => record === rule.record);
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
export function singleFile(name: string, rule: Rule, { every, scenarios }: Tested): TestFile {
  return { name, rules: [rule], every, tests: scenarios.map((scenario) => testGroup([scenario])) };
}
