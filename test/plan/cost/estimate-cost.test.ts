import { expect, test } from "@jest/globals";
import { estimateCost } from "../../../plan/cost/estimate-cost.ts";
import { formatCost, formatCostDifference } from "../../../plan/cost/format-cost.ts";
import { type PriceFile, readPriceFile } from "../../../plan/cost/price-file.ts";
import { planOf } from "../../support/plans.ts";

const committed = readPriceFile();

test("every committed price has a date and a source, and an unknown one has none", () => {
  const known = Object.values(committed.prices).filter(({ usd }) => usd !== null);
  expect(known.length).toBeGreaterThan(10);
  for (const price of known)
    expect(price).toMatchObject({ date: expect.any(String), source: expect.stringMatching(/^https:/) });
});

test("every price that an environment needs is in the file, known or not", async () => {
  for (const environment of ["staging", "production"] as const) {
    const { lines } = estimateCost(await planOf(environment), committed);
    expect(lines.length).toBeGreaterThan(10);
    for (const { priceKey } of lines) expect(Object.keys(committed.prices)).toContain(priceKey);
  }
});

test("a line is its quantity times its price, nodes also pay the fee of Auto Mode, and unknown prices are counted and not added", async () => {
  const prices: PriceFile = {
    region: "eu-central-1",
    currency: "USD",
    prices: {
      "eks.cluster-hour": { usd: 0.1, date: "2026-01-01", source: "https://example.com" },
      "eks.auto-mode-share": { usd: 0.5, date: "2026-01-01", source: "https://example.com" },
      "ec2.amd64.c.cpu-hour": { usd: 0.01, date: "2026-01-01", source: "https://example.com" },
    },
  };
  const estimate = estimateCost(await planOf("production"), prices);
  const price = (key: string) => estimate.lines.find(({ priceKey }) => priceKey === key)?.usd;
  expect(price("eks.cluster-hour")).toBeCloseTo(73);
  // Three nodes of two vCPUs for 730 hours, and half as much again.
  expect(price("ec2.amd64.c.cpu-hour")).toBeCloseTo(6 * 730 * 0.01 * 1.5);
  expect(estimate.usd).toBeCloseTo(73 + 65.7);
  expect(estimate.unknown).toContain("rds.db.m7g.large.hour");
  expect(formatCost(estimate, prices)).toMatch(
    /production: at least 138\.70 USD a month at list prices of eu-central-1.*0\.72 USD per concurrent player \(192.*prices are unknown and not in the sum/s,
  );
});

test("an environment without AWS costs nothing that AWS bills", async () => {
  expect(formatCost(estimateCost(await planOf("local"), committed), committed)).toBe(
    "local: creates nothing that AWS bills\n",
  );
});

test("the difference names only what a change costs", async () => {
  const before = estimateCost(
    await planOf("production", (values) => {
      values.cluster.network.interfaceEndpoints = [];
    }),
    committed,
  );
  const after = estimateCost(await planOf("production"), committed);
  expect(formatCostDifference(before, after).split("\n").slice(1)).toEqual([
    "  network: interface endpoints, per zone: none → 109.50 USD",
    "",
  ]);
  expect(after.usd - before.usd).toBeCloseTo(109.5);
});
