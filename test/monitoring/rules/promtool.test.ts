import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, expect, test } from "@jest/globals";
import { renderRuleFile } from "../../../components/monitoring/rules/index.ts";
import { describeWithTool } from "../../support/tools.ts";
import { HEALTHY_SERIES, HEALTHY_SERIES_STEP_SECONDS } from "./healthy-series.ts";
import { LEGITIMATE_STATES } from "./legitimate-states.ts";
import { RULE_GROUPS, RULES } from "./production-rules.ts";
import { inputSeries, runTests, type Scenario } from "./promtool.ts";
import type { Series } from "./rule-case.ts";
import { failuresByRule, packRules, packTestFile } from "./rule-packs.ts";
import { singleRuleTestFile, TESTED_ALERTS, TESTED_RECORDINGS } from "./tested-rules.ts";

/** promtool creates hundreds of small databases, which takes seconds on an idle machine. */
const TEST_TIMEOUT_MS = 180_000;

const RULE_PACKS = packRules([...TESTED_ALERTS, ...TESTED_RECORDINGS]);

/** A scenario that expects no alert. */
function withoutExpectedAlerts(scenario: Scenario): Scenario {
  return { ...scenario, alertTests: scenario.alertTests.map((look) => ({ ...look, exp_alerts: [] })) };
}

/** Two hours of the series, in which only the Watchdog may become pending. */
function expectOnlyWatchdog(series: Series): object {
  return {
    name: "two healthy hours",
    interval: `${HEALTHY_SERIES_STEP_SECONDS}s`,
    input_series: inputSeries(series, "2h", HEALTHY_SERIES_STEP_SECONDS),
    promql_expr_test: [
      {
        expr: 'max_over_time(ALERTS{alertname!="Watchdog"}[2h])',
        eval_time: "2h",
        exp_samples: [],
      },
      {
        expr: 'max by (alertname, alertstate) (max_over_time(ALERTS{alertname="Watchdog"}[2h]))',
        eval_time: "2h",
        exp_samples: [{ labels: '{alertname="Watchdog",alertstate="firing"}', value: 1 }],
      },
    ],
  };
}

describeWithTool("promtool", "promtool tests every rule", (promtool) => {
  let failures: ReadonlyMap<string, string>;

  beforeAll(async () => {
    failures = failuresByRule(RULE_PACKS, await runTests(promtool, RULE_PACKS.map(packTestFile)));
  }, TEST_TIMEOUT_MS);

  test("Prometheus loads the rule file", () => {
    const directory = mkdtempSync(join(tmpdir(), "rules-"));
    const path = join(directory, "rules.yml");
    writeFileSync(path, renderRuleFile(RULE_GROUPS));
    const result = spawnSync(promtool, ["check", "rules", "--lint=all", "--lint-fatal", path], {
      encoding: "utf8",
    });
    rmSync(directory, { recursive: true });
    expect(result.stdout + result.stderr).toContain(`${RULES.length} rules found`);
    expect(result.status).toBe(0);
  });

  test.each(TESTED_ALERTS.map(({ name }) => name))(
    "%s fires when expected, not just before, and not without its cause",
    (name) => {
      expect(failures.get(name)).toBeUndefined();
    },
  );

  test.each(TESTED_RECORDINGS.map(({ name }) => name))("%s records the expected samples", (name) => {
    expect(failures.get(name)).toBeUndefined();
  });

  test.each([{ title: "two hours of healthy series", series: {} }, ...LEGITIMATE_STATES])(
    "no alert fires or is pending except the Watchdog: $title",
    async ({ series }) => {
      const file = {
        name: "healthy",
        rules: RULES,
        evaluationInterval: "1m",
        tests: [expectOnlyWatchdog({ ...HEALTHY_SERIES, ...series })],
      };
      expect([...(await runTests(promtool, [file]))]).toEqual([]);
    },
    TEST_TIMEOUT_MS,
  );

  test("a wrong expectation is reported with the name of its rule", async () => {
    const pack = RULE_PACKS.find(({ members }) => members.length > 2);
    const [first, second] = pack?.members ?? [];
    if (pack === undefined || first === undefined || second === undefined)
      throw new Error("No rules share a file.");
    const wrong = { ...first, scenarios: first.scenarios.map(withoutExpectedAlerts) };
    const packs = [{ ...pack, members: [wrong, ...pack.members.slice(1)] }];
    const reports = await runTests(promtool, packs.map(packTestFile));
    expect([...failuresByRule(packs, reports).keys()]).toEqual([first.name]);
  });

  test("a rule without an expression fails all rules in its file", async () => {
    const [first] = TESTED_ALERTS;
    if (first === undefined) throw new Error("There is no alert.");
    const failed = await runTests(promtool, [
      singleRuleTestFile("broken", { ...first.rule, expr: "sum(" }, first),
    ]);
    expect([...failed.keys()]).toEqual(["broken"]);
  });
});
