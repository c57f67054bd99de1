import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, expect, test } from "@jest/globals";
import { rulesYaml } from "../../../components/monitoring/rules/index.ts";
import { describeWithTool } from "../../support/tools.ts";
import { TESTED_ALERTS, TESTED_RECORDINGS, testFiles } from "./files.ts";
import { HEALTHY_WORLD, WORLD_STEP_SECONDS } from "./healthy-world-cases.ts";
import { GROUPS, RULES } from "./production.ts";
import { alertFile, inputSeries, runTests } from "./promtool.ts";

/** Hundreds of small databases; seconds on a quiet machine. */
const BUDGET_MS = 180_000;

describeWithTool("promtool", "Prometheus' own tool runs every rule", (promtool) => {
  let failures: ReadonlyMap<string, string>;

  beforeAll(async () => {
    failures = await runTests(promtool, testFiles());
  }, BUDGET_MS);

  test("Prometheus loads the rule file", () => {
    const directory = mkdtempSync(join(tmpdir(), "rules-"));
    const path = join(directory, "rules.yml");
    writeFileSync(path, rulesYaml(GROUPS));
    const result = spawnSync(promtool, ["check", "rules", "--lint=all", "--lint-fatal", path], {
      encoding: "utf8",
    });
    rmSync(directory, { recursive: true });
    expect(result.stdout + result.stderr).toContain(`${RULES.length} rules found`);
    expect(result.status).toBe(0);
  });

  test.each(TESTED_ALERTS.map(({ name }) => name))(
    "%s fires when it must, not just before, and not without cause",
    (name) => {
      expect(failures.get(name)).toBeUndefined();
    },
  );

  test.each(TESTED_RECORDINGS.map(({ name }) => name))("%s records what is in its samples", (name) => {
    expect(failures.get(name)).toBeUndefined();
  });

  test(
    "on a good evening nothing fires or is about to, but the Watchdog does",
    async () => {
      const world = {
        name: "two healthy hours",
        interval: `${WORLD_STEP_SECONDS}s`,
        input_series: inputSeries(HEALTHY_WORLD, "2h", WORLD_STEP_SECONDS),
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
      const file = { name: "healthy", rules: RULES, every: "1m", tests: [world] };
      expect([...(await runTests(promtool, [file]))]).toEqual([]);
    },
    BUDGET_MS,
  );

  test("a wrong expectation fails, so that a pass means something", async () => {
    const [tested] = TESTED_ALERTS;
    if (tested === undefined) throw new Error("There is no alert.");
    const wrong = tested.cases.map((one) => ({ ...one, summary: "Something else" }));
    const failed = await runTests(promtool, [alertFile("wrong", tested.rule, wrong)]);
    expect(failed.get("wrong")).toContain("Something else");
  });
});
