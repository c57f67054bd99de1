import { expect, test } from "@jest/globals";
import { knownMetrics } from "../exporter-metrics/index.ts";
import { addRecordedMetrics } from "./metric-references.ts";
import { RECORDINGS, RULES } from "./production-rules.ts";
import { vectorMatchingErrors } from "./vector-matching.ts";

const KNOWN_METRICS = addRecordedMetrics(RECORDINGS, knownMetrics());

test("every binary operation in every rule matches series with the same labels", () => {
  const found = RULES.flatMap((rule) =>
    vectorMatchingErrors(rule.expr, KNOWN_METRICS).map(
      (fault) => `${"alert" in rule ? rule.alert : rule.record}: ${fault}`,
    ),
  );
  expect(found).toEqual([]);
});

test.each([
  [
    'rate(alertmanager_notifications_failed_total{job="alertmanager"}[5m]) / (rate(alertmanager_notifications_total{job="alertmanager"}[5m]) > 0)',
    ["pairs series of which one side alone has reason"],
  ],
  [
    'sum by (job) (redis_up{job="redis"}) / sum (redis_up{job="redis"})',
    ["pairs series of which one side alone has job"],
  ],
  ['sum by (job) (redis_up{job="redis"}) / on (job) redis_up{job="redis"}', []],
  ['sum (redis_up{job="redis"}) or vector(0)', []],
  ['time() - redis_up{job="redis"} > 5', []],
])("%s", (expr, faults) => {
  expect(vectorMatchingErrors(expr, KNOWN_METRICS)).toEqual(faults);
});
