import { expect, test } from "@jest/globals";
import type { AwsCli } from "../../operations/aws-cli.ts";
import { onDemandPrice, productQuery, refreshPrices } from "../../operations/refresh-prices.ts";
import { readPriceFile } from "../../plan/cost/price-file.ts";

/** A product in the format of `aws pricing get-products`. */
const product = (...usd: readonly string[]) =>
  JSON.stringify({
    product: { sku: "ABC" },
    terms: {
      OnDemand: {
        "ABC.JRT": {
          priceDimensions: Object.fromEntries(
            usd.map((value, index) => [`d${index}`, { unit: "Hrs", pricePerUnit: { USD: value } }]),
          ),
        },
      },
      Reserved: { x: { priceDimensions: { y: { pricePerUnit: { USD: "0.01" } } } } },
    },
  });

test("a price is the one positive on-demand price of the products, and none if they differ", () => {
  expect(onDemandPrice([product("0.0000000000", "0.0912000000")], 2)).toBe(0.0456);
  expect(onDemandPrice([product("0.09"), product("0.10")], 1)).toBeUndefined();
  expect(onDemandPrice([], 1)).toBeUndefined();
});

test("instances are asked for by type, databases by engine", () => {
  expect(productQuery("ec2.arm64.m.cpu-hour")).toMatchObject({
    service: "AmazonEC2",
    filters: { instanceType: "m7g.large" },
    units: 2,
  });
  expect(productQuery("rds.db.m7g.large.hour")).toMatchObject({
    service: "AmazonRDS",
    filters: { instanceType: "db.m7g.large", databaseEngine: "PostgreSQL" },
  });
  expect(productQuery("elasticache.valkey.cache.m7g.large.hour")).toMatchObject({
    filters: { instanceType: "cache.m7g.large", cacheEngine: "Valkey" },
  });
  expect(productQuery("kms.key-month")).toBeUndefined();
});

test("known prices get today's date and the API as source, and prices of another region become unknown", async () => {
  const aws: AwsCli = async () => ({
    status: 0,
    stdout: JSON.stringify({ PriceList: [product("0.2")] }),
    stderr: "",
  });
  const { file, kept } = await refreshPrices(readPriceFile(), "eu-central-1", aws, "2026-11-28");
  expect(file.region).toBe("eu-central-1");
  expect(file.prices["rds.db.m7g.large.hour"]).toMatchObject({ usd: 0.2, date: "2026-11-28" });
  expect(file.prices["vpc.nat-gateway-hour"]).toEqual({ usd: null });
  expect(kept).toContain("vpc.nat-gateway-hour");
});

test("without permission it ends with exit code 3", async () => {
  const aws: AwsCli = async () => ({ status: 254, stdout: "", stderr: "AccessDeniedException" });
  await expect(refreshPrices(readPriceFile(), "eu-central-1", aws, "2026-11-28")).rejects.toMatchObject({
    exitCode: 3,
  });
});
