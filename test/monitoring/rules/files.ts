import type { AlertRule, RecordingRule } from "../../../components/monitoring/rules/index.ts";
import type { AlertCase, RecordingCase } from "./case.ts";
import { ALERT_CASES } from "./cases/index.ts";
import { ALERTS, RECORDINGS } from "./production.ts";
import { alertFile, recordingFile, type TestFile } from "./promtool.ts";
import { RECORDING_CASES, SLO_RECORDING_CASES } from "./recording-cases.ts";

/** A rule with the cases that speak about it. */
export interface Tested<Rule, Case> {
  /** Names its test file. */
  readonly name: string;
  readonly rule: Rule;
  readonly cases: readonly Case[];
}

/** Every alert with its cases. */
export const TESTED_ALERTS: readonly Tested<AlertRule, AlertCase>[] = ALERTS.map((rule) => ({
  name: rule.alert,
  rule,
  cases: ALERT_CASES.filter(({ alert }) => alert === rule.alert),
}));

/** Every recording rule with its cases; those of an SLO share their names and differ by its label. */
export const TESTED_RECORDINGS: readonly Tested<RecordingRule, RecordingCase>[] = RECORDINGS.map((rule) => {
  const slo = rule.labels?.slo;
  const cases =
    slo === undefined ? RECORDING_CASES : (SLO_RECORDING_CASES.find((one) => one.slo === slo)?.cases ?? []);
  return {
    name: [rule.record.replaceAll(":", "."), slo].filter((part) => part !== undefined).join("-"),
    rule,
    cases: cases.filter(({ record }) => record === rule.record),
  };
});

/** promtool's files for all of them. */
export function testFiles(): TestFile[] {
  return [
    ...TESTED_ALERTS.map(({ name, rule, cases }) => alertFile(name, rule, cases)),
    ...TESTED_RECORDINGS.map(({ name, rule, cases }) => recordingFile(name, rule, cases)),
  ];
}
