import { describe, expect, test } from "@jest/globals";
import { ENVIRONMENTS } from "../../../components/shared/environments.ts";
import { planOf } from "../../support/plans.ts";
import { judgeOrderMutants } from "./order-mutants.ts";
import { findOrderViolations, ORDER_RULES } from "./order-rules.ts";

describe("nothing is created before what it needs", () => {
  test.each([...ENVIRONMENTS])("in %s", async (environment) => {
    expect(findOrderViolations(await planOf(environment))).toEqual([]);
  });

  test.each(["local", "production"] as const)(
    "in %s, removing a dependsOn or naming a resource by a literal breaks a rule",
    async (environment) => {
      const verdicts = judgeOrderMutants(await planOf(environment));
      expect(verdicts.filter(({ verdict }) => verdict === "unnoticed")).toEqual([]);
      expect(verdicts.filter(({ verdict }) => verdict === "noticed").length).toBeGreaterThan(30);
    },
  );

  test("every rule has something to order in one of the environments", async () => {
    const plans = await Promise.all(ENVIRONMENTS.map((environment) => planOf(environment)));
    const idle = ORDER_RULES.filter(({ pairs }) => plans.every((plan) => pairs(plan).length === 0));
    expect(idle.map(({ name }) => name)).toEqual([]);
  });
});
