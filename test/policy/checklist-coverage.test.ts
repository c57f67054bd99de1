import { describe, expect, test } from "@jest/globals";
import {
  compareWithDeclaredChecks,
  type DeclaredCheck,
  requiredCheckOf,
} from "../../checklist/check-coverage.ts";
import { items } from "../../checklist/items/index.ts";
import { RULES } from "../../policy/rules/index.ts";
import { UNCOVERED_ITEMS } from "./uncovered-items.ts";

const declaredRules = RULES.map(
  (rule): DeclaredCheck => ({ kind: "rule", name: rule.name, items: rule.items }),
);
const policyItems = items
  .filter((item) => requiredCheckOf(item)?.by === "policy")
  .map(({ id }) => String(id));

describe("the rules and the checklist name each other", () => {
  test("no rule names an item that does not exist or that something else proves", () => {
    expect(compareWithDeclaredChecks(items, declaredRules).stray).toEqual([]);
  });

  test("every item that a policy rule is to prove has one, or is on the list of those that have none yet", () => {
    const unmet = compareWithDeclaredChecks(
      items.filter((item) => policyItems.includes(item.id)),
      declaredRules,
    ).unmet.map(({ subject }) => subject);
    expect(unmet.sort()).toEqual(Object.values(UNCOVERED_ITEMS).flat().sort());
  });

  test("the list of what is proven grows, and never shrinks unnoticed", () => {
    expect(policyItems.length - Object.values(UNCOVERED_ITEMS).flat().length).toBeGreaterThanOrEqual(55);
  });
});
