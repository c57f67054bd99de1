import { existsSync, readFileSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";
import { planOf } from "../support/plans.ts";

interface GuideRow {
  readonly advice: string;
  readonly verdict: string;
  readonly how: string;
  readonly test: string;
}

const GUIDE_ROWS: readonly GuideRow[] = readFileSync("docs/eks-best-practices.md", "utf8")
  .split("\n")
  .filter((line) => line.startsWith("| ") && !/^\| (advice|---) /.test(line))
  .map((line) => {
    const [, advice = "", verdict = "", how = "", test = ""] = line.split("|").map((cell) => cell.trim());
    return { advice, verdict, how, test: test.replaceAll("`", "") };
  });

/** Code spans that look like resource names. */
function resourceNamesIn({ how }: GuideRow): string[] {
  const prefixes = /^(cluster-|namespaces-|game-server-|gateway-|network-|admission$|certificates$)/;
  return [...how.matchAll(/`([^`]+)`/g)].map(([, code = ""]) => code).filter((code) => prefixes.test(code));
}

describe("the comparison with the EKS best-practices guide", () => {
  test("names only resources that are in the production plan", async () => {
    const { resources } = await planOf("production");
    const names = new Set(resources.map(({ name }) => name));
    const gone = GUIDE_ROWS.flatMap((line) => resourceNamesIn(line).filter((name) => !names.has(name)));
    expect(gone).toEqual([]);
  });

  test("has a verdict and a resource or a reason in every row", () => {
    expect(GUIDE_ROWS.length).toBeGreaterThan(60);
    for (const { advice, verdict, how } of GUIDE_ROWS) {
      expect([advice, ["met", "partly", "no", "n/a"]]).toEqual([advice, expect.arrayContaining([verdict])]);
      expect([advice, how.length > 8]).toEqual([advice, true]);
    }
  });

  test("names an existing test in every row with the verdict met, and in no other", () => {
    for (const { advice, verdict, test: file } of GUIDE_ROWS) {
      if (verdict === "met")
        expect([advice, existsSync(file) && file.endsWith(".test.ts")]).toEqual([advice, true]);
      else expect([advice, file]).toEqual([advice, ""]);
    }
  });

  test("names a resource, setting or rule in every row with the verdict met", () => {
    const bare = GUIDE_ROWS.filter(
      (line) => line.verdict === "met" && resourceNamesIn(line).length === 0,
    ).map(({ advice }) => advice);
    expect(bare).toEqual(["Immutable image tags", "Lifecycle policies for images", "Upgrade staging first"]);
  });
});
