import { describe, expect, test } from "@jest/globals";
import {
  compareWithDeclaredChecks,
  type DeclaredCheck,
  requiredCheckOf,
} from "../../checklist/check-coverage.ts";
import { items } from "../../checklist/items/index.ts";
import { RULES } from "../../policy/rules/index.ts";

const declaredRules = RULES.map(
  (rule): DeclaredCheck => ({ kind: "rule", name: rule.name, items: rule.items }),
);
const policyItems = items
  .filter((item) => requiredCheckOf(item)?.by === "policy")
  .map(({ id }) => String(id));

describe("rules and checklist items", () => {
  test("every item of a rule exists and is verified by the policy", () => {
    expect(compareWithDeclaredChecks(items, declaredRules).invalidReferences).toEqual([]);
  });

  test("every policy item has a rule", () => {
    const unmet = compareWithDeclaredChecks(
      items.filter((item) => policyItems.includes(item.id)),
      declaredRules,
    ).unmet.map(({ subject }) => subject);
    expect(policyItems.length).toBeGreaterThan(80);
    expect(unmet).toEqual([]);
  });

  test("every rule names the items that it verifies", () => {
    expect(RULES.filter(({ items: named }) => named.length === 0).map(({ name }) => name)).toEqual([]);
  });
});
