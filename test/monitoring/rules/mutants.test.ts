import { describe, expect, test } from "@jest/globals";
import type { Rule } from "../../../components/monitoring/rules/index.ts";
import { mutateRule } from "./mutants.ts";
import { TESTED_ALERTS } from "./tested-rules.ts";

function mutationChanges(expr: string, whole = false): string[] {
  const rule: Rule = {
    alert: "Example",
    expr,
    labels: { severity: "info", team: "game" },
    annotations: { summary: "", description: "", runbook_url: "" },
  };
  return mutateRule(rule, whole).map(({ rule: mutant }) => mutant.expr);
}

describe("the mutation score covers every number of an alert", () => {
  test("only alerts without a number have no mutants", () => {
    const without = TESTED_ALERTS.filter(({ rule, whole }) => {
      const mutants = mutateRule(rule, whole);
      return mutants.every(({ rule: mutant }) => mutant.expr === rule.expr);
    });
    expect(without.map(({ name }) => name)).toEqual([
      "DeploymentReplicasMissing",
      "StatefulSetReplicasMissing",
      "AutoscalerAtMaximum",
      "BackupNotScheduled",
      "TargetMissing",
      "Watchdog",
    ]);
  });

  test.each([
    ["up > 10", ["up > 9", "up > 11"]],
    ["up == 1", ["up == 0.9", "up == 1.1"]],
    ["up == 0", ["up == -1"]],
    [
      "rate(up[5m]) * 60 < 0.05",
      [
        "rate(up[5m]) * 54 < 0.05",
        "rate(up[5m]) * 66 < 0.05",
        "rate(up[5m]) * 60 < 0.045",
        "rate(up[5m]) * 60 < 0.055",
      ],
    ],
    ['vector(1) and up{job!="redis"}', []],
  ])("%s", (expr, expected) => {
    expect(mutationChanges(expr)).toEqual(expected);
  });

  test("a count changes to the next whole number, because a tenth has no effect", () => {
    expect(mutationChanges("changes(up[1h]) > 2", true)).toEqual([
      "changes(up[1h]) > 1",
      "changes(up[1h]) > 3",
    ]);
  });

  test("each duration changes by a tenth", () => {
    const down = TESTED_ALERTS.find(({ name }) => name === "PublicEndpointDown");
    if (down === undefined) throw new Error("PublicEndpointDown is gone.");
    expect(mutateRule(down.rule, false).map(({ change }) => change)).toEqual([
      "0 at 53 -> -1",
      "for 2m -> 108s",
      "for 2m -> 132s",
      "keep_firing_for 5m -> 270s",
      "keep_firing_for 5m -> 330s",
    ]);
  });
});
