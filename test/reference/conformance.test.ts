import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, test } from "@jest/globals";
import { CONFORMANCE_FILE, isAsSeed, renderConformance } from "../support/docs/conformance.ts";
import { collectFacts, type Facts } from "../support/docs/conformance-facts.ts";
import { DELIVERABLES } from "../support/docs/seed-deliverables.ts";
import { NUMBERS } from "../support/docs/seed-numbers.ts";
import { planOf } from "../support/plans.ts";

let facts: Facts;
beforeAll(async () => {
  const [production, local, package_] = await Promise.all(
    (["production", "local", "package"] as const).map((environment) => planOf(environment)),
  );
  if (production === undefined || local === undefined || package_ === undefined) throw new Error("no plan");
  facts = collectFacts({ production, local, package: package_ });
});

describe("conformance with the seed documents", () => {
  test("docs/reference/conformance.md is current (npm run docs updates it)", () => {
    expect(readFileSync(CONFORMANCE_FILE, "utf8")).toBe(renderConformance(facts));
  });

  test("every number is counted, and none that differs lacks a reason", () => {
    expect(NUMBERS.filter(({ fact }) => facts[fact] === undefined).map(({ fact }) => fact)).toEqual([]);
    const unexplained = NUMBERS.filter((row) => !isAsSeed(row, facts[row.fact]) && row.reason === undefined);
    expect(unexplained.map(({ at, says, fact }) => `${at} ${says}: ${facts[fact]}`)).toEqual([]);
  });

  test("a reason is given only where the product differs", () => {
    const needless = NUMBERS.filter((row) => isAsSeed(row, facts[row.fact]) && row.reason !== undefined);
    expect(needless.map(({ at, says }) => `${at} ${says}`)).toEqual([]);
  });

  test("the numbers that the seeds fix are the product's", () => {
    expect(facts).toMatchObject({
      variables: 119,
      secrets: 13,
      configChecks: 28,
      verifyChecks: 10,
      systemChecks: 34,
    });
  });

  test("every source is a document and a line", () => {
    const sources = [...NUMBERS, ...DELIVERABLES].map(({ at }) => at);
    expect(sources.filter((at) => !/^(000|002|003):\d+$/.test(at))).toEqual([]);
  });
});
