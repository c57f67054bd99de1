import { readFileSync, writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { writeAtomically } from "../components/shared/write-atomically.ts";
import { PRICE_FILE_PATH, type PriceFile, readPriceFile } from "../plan/cost/price-file.ts";
import { type AwsCli, createAwsCli, requireAwsSuccess } from "./aws-cli.ts";
import { errorMessage, OperationError } from "./errors.ts";

/** The price list API has endpoints in few regions; this one knows the prices of all. */
const API_REGION = "us-east-1";

/** The service and the filters of one product, which has one on-demand price; prices per instance are divided by `units`. */
interface ProductQuery {
  readonly service: string;
  readonly filters: Readonly<Record<string, string>>;
  readonly units?: number;
}

/** The queries of the keys that the API answers with one product. Other keys keep their price and source. */
export function productQuery(key: string): ProductQuery | undefined {
  const [service, ...rest] = key.split(".");
  if (service === "ec2") return ec2Query(rest);
  const name = rest.slice(0, -1).join(".");
  if (service === "rds" && name.startsWith("db."))
    return {
      service: "AmazonRDS",
      filters: { instanceType: name, databaseEngine: "PostgreSQL", deploymentOption: "Single-AZ" },
    };
  if (service === "elasticache")
    return {
      service: "AmazonElastiCache",
      filters: { instanceType: name.replace(/^valkey\./, ""), cacheEngine: "Valkey" },
    };
  return undefined;
}

/** The reference instances of two vCPUs. */
const REFERENCE_TYPES: Readonly<Record<string, string>> = {
  "amd64.c": "c6a.large",
  "amd64.m": "m6a.large",
  "arm64.c": "c7g.large",
  "arm64.m": "m7g.large",
  "arm64.r": "r7g.large",
};

function ec2Query([architecture, category]: readonly string[]): ProductQuery | undefined {
  const instanceType = REFERENCE_TYPES[`${architecture}.${category}`];
  if (instanceType === undefined) return undefined;
  const filters = {
    instanceType,
    operatingSystem: "Linux",
    preInstalledSw: "NA",
    tenancy: "Shared",
    capacitystatus: "Used",
  };
  return { service: "AmazonEC2", filters, units: 2 };
}

/** Replaces the prices that the API knows for a region, with the date; reports the keys that it does not know. */
export async function refreshPrices(file: PriceFile, region: string, aws: AwsCli, today: string) {
  const prices: Record<string, PriceFile["prices"][string]> = {};
  const kept: string[] = [];
  for (const [key, old] of Object.entries(file.prices)) {
    const query = productQuery(key);
    const usd = query && (await readPrice(aws, query, region));
    if (usd === undefined) kept.push(key);
    // A price of another region is not this region's price.
    const fallback = region === file.region || key.endsWith("-share") ? old : { usd: null };
    prices[key] =
      usd === undefined
        ? fallback
        : { usd, date: today, source: `https://api.pricing.${API_REGION}.amazonaws.com (${region})` };
  }
  return { file: { ...file, region, prices } satisfies PriceFile, kept };
}

async function readPrice(
  aws: AwsCli,
  { service, filters, units = 1 }: ProductQuery,
  region: string,
): Promise<number | undefined> {
  const terms = Object.entries({ ...filters, regionCode: region }).map(
    ([field, value]) => `Type=TERM_MATCH,Field=${field},Value=${value}`,
  );
  const run = await aws([
    ...["pricing", "get-products", "--service-code", service, "--region", API_REGION, "--output", "json"],
    ...["--filters", ...terms],
  ]);
  const { stdout } = requireAwsSuccess(run, {
    subject: "the price list API",
    rule: "cannot be read",
    remedy: "It needs pricing:GetProducts; check the credentials with: aws sts get-caller-identity",
  });
  return onDemandPrice(JSON.parse(stdout).PriceList as string[], units);
}

/** The one positive on-demand price of the products; undefined if there is none, or more than one. */
export function onDemandPrice(priceList: readonly string[], units: number): number | undefined {
  const found = priceList.flatMap((text) => {
    const terms: Record<string, { priceDimensions: Record<string, { pricePerUnit: { USD?: string } }> }> =
      JSON.parse(text).terms?.OnDemand ?? {};
    return Object.values(terms).flatMap(({ priceDimensions }) =>
      Object.values(priceDimensions).map(({ pricePerUnit }) => Number(pricePerUnit.USD ?? 0)),
    );
  });
  const distinct = [...new Set(found.filter((usd) => usd > 0))];
  return distinct.length === 1 ? Number(((distinct[0] ?? 0) / units).toPrecision(6)) : undefined;
}

async function main(region = "eu-central-1"): Promise<void> {
  const today = new Date().toISOString().slice(0, 10);
  const aws = createAwsCli(process.env, "prices:refresh needs it");
  const { file, kept } = await refreshPrices(readPriceFile(), region, aws, today);
  const before = readFileSync(PRICE_FILE_PATH, "utf8");
  const text = `${JSON.stringify(file, undefined, 2)}\n`;
  if (text !== before) writeAtomically(PRICE_FILE_PATH, (temporary) => writeFileSync(temporary, text));
  process.stdout.write(
    `${PRICE_FILE_PATH}: prices of ${region} from ${today}; not from the API: ${kept.join(", ")}\n`,
  );
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  main(process.argv[2]).catch((error) => {
    process.stderr.write(`${errorMessage(error)}\n`);
    process.exitCode = error instanceof OperationError ? error.exitCode : 3;
  });
}
