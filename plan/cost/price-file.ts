import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { z } from "zod";

const price = z.union([
  z.strictObject({ usd: z.number().positive(), date: z.iso.date(), source: z.string().min(10) }),
  // An unknown price: `plan --cost` reports it and excludes it from the sum.
  z.strictObject({ usd: z.null() }),
]);

const priceFile = z.strictObject({
  region: z.string().regex(/^[a-z]{2}(-[a-z]+)+-\d$/),
  currency: z.literal("USD"),
  prices: z.record(z.string(), price),
});

export type PriceFile = z.infer<typeof priceFile>;

/** The committed price file; `npm run prices:refresh` replaces its prices with those of the AWS price list API. */
export const PRICE_FILE_PATH = fileURLToPath(new URL("./prices.json", import.meta.url));

export function readPriceFile(path = PRICE_FILE_PATH): PriceFile {
  return priceFile.parse(JSON.parse(readFileSync(path, "utf8")));
}
