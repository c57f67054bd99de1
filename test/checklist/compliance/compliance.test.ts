import { existsSync, readFileSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";
import { FRAMEWORKS } from "../../../checklist/compliance/index.ts";
import { renderCompliance } from "../../../checklist/compliance/render.ts";
import { itemById } from "../../../checklist/items/index.ts";
import { RULES } from "../../../policy/rules/index.ts";
import { SUITE_CHECKS } from "../../../probes/suites.ts";

const controls = FRAMEWORKS.flatMap((framework) =>
  framework.controls.map((control) => ({ ...control, id: `${framework.id} ${control.id}` })),
);
const checks = new Set(
  Object.values(SUITE_CHECKS).flatMap((suite) => suite.map((one) => `${one.suite}/${one.name}`)),
);
const rules = new Set(RULES.map(({ name }) => name));

describe("the compliance maps", () => {
  test("docs/compliance.md is current (npm run docs updates it)", () => {
    expect(readFileSync("docs/compliance.md", "utf8")).toBe(renderCompliance(FRAMEWORKS));
  });

  test("every named rule, check, item and test exists", () => {
    const missing = controls.flatMap(({ id, evidence }) => [
      ...(evidence.rules ?? []).filter((name) => !rules.has(name)).map((name) => `${id}: rule ${name}`),
      ...(evidence.probes ?? []).filter((name) => !checks.has(name)).map((name) => `${id}: check ${name}`),
      ...(evidence.items ?? []).filter((name) => !itemById(name)).map((name) => `${id}: item ${name}`),
      ...(evidence.tests ?? []).filter((name) => !existsSync(name)).map((name) => `${id}: test ${name}`),
    ]);
    expect(missing).toEqual([]);
  });

  test("nothing is met or partly met without evidence, and nothing not assessed has any", () => {
    const wrong = controls.filter(({ status, evidence }) => {
      const count = Object.values(evidence).flat().length;
      return status === "not-assessed" ? count > 0 : count === 0;
    });
    expect(wrong.map(({ id }) => id)).toEqual([]);
  });

  test("what is missing is said for everything that is not fully met", () => {
    expect(controls.filter(({ status, note }) => status !== "met" && !note).map(({ id }) => id)).toEqual([]);
  });

  test("IDs are unique, and every framework has a version and a source", () => {
    expect(new Set(controls.map(({ id }) => id)).size).toBe(controls.length);
    expect(
      FRAMEWORKS.filter(({ version, source }) => version === "" || !source.startsWith("https://")),
    ).toEqual([]);
    expect(FRAMEWORKS).toHaveLength(10);
  });

  test("the lists that claim to be complete are", () => {
    const count = (id: string) => FRAMEWORKS.find((framework) => framework.id === id)?.controls.length;
    expect([count("owasp"), count("cwe")]).toEqual([10, 25]);
  });
});
