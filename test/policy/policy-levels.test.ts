import { describe, expect, test } from "@jest/globals";
import { itemById, items } from "../../checklist/items/index.ts";
import { levelOf, policyLevels } from "../../checklist/policy-levels.ts";
import type { ChecklistItem } from "../../checklist/types.ts";
import { ENVIRONMENTS } from "../../components/shared/environments.ts";
import { RULES } from "../../policy/rules/index.ts";
import { readPolicyLevels } from "./support/policy-levels.ts";

const some = items.find(({ id }) => id === "pre.security.headers");
if (some === undefined) throw new Error("no item");
const itemIn = (fields: Partial<ChecklistItem>): ChecklistItem =>
  ({
    ...some,
    id: "pre.water.tank",
    environments: ["staging", "production"],
    advisoryIn: [],
    ...fields,
  }) as ChecklistItem;
const rule = { name: "require-water", items: ["pre.water.tank"] };

describe("enforcement levels come from the checklist's items", () => {
  test("the levels in policy/config.yaml are current (npm run policy:levels updates them)", () => {
    const { actual, expected } = readPolicyLevels();
    expect(actual).toBe(expected);
  });

  test("a rule blocks unless all of its items are advisory in the environment", () => {
    const two = { name: "require-water", items: ["pre.water.tank", "pre.water.tap"] };
    const tank = itemIn({ advisoryIn: ["local", "staging"] });
    const tap = itemIn({ id: "pre.water.tap", advisoryIn: ["local"] });
    expect(ENVIRONMENTS.map((environment) => levelOf(two, environment, [tank, tap]))).toEqual([
      "advisory",
      "mandatory",
      "mandatory",
      "mandatory",
    ]);
  });

  test("an item that is advisory in an environment does not block there", () => {
    expect(levelOf(rule, "staging", [itemIn({ advisoryIn: ["staging"] })])).toBe("advisory");
    expect(levelOf({ ...rule, items: [] }, "production", [itemIn({})])).toBe("advisory");
  });

  test("the more frequent level is the default, and the other rules are listed", () => {
    const rules = [rule, { name: "require-tap", items: [] }, { name: "require-fire", items: [] }];
    expect(policyLevels(rules, [itemIn({})]).production).toEqual({
      default: "advisory",
      rules: ["require-water"],
    });
  });

  test("in production every rule blocks, because each has an item that applies there", () => {
    expect(policyLevels(RULES, items).production).toEqual({ default: "mandatory", rules: [] });
  });

  test("a rule applies in every environment of its items, so that no item is verified by nothing", () => {
    const gaps = items.flatMap(({ id, environments, ...item }) => {
      if (item.method !== "static" || item.check.kind !== "policy") return [];
      const verifying = RULES.filter((candidate) => candidate.items.includes(id));
      return environments
        .filter((one) => !verifying.some((candidate) => candidate.environments?.includes(one) ?? true))
        .map((one) => `${id} in ${one}`);
    });
    expect(gaps).toEqual([]);
    expect(itemById("pre.critical.tls.issuer")?.environments).toEqual(["production"]);
  });
});
