import { beforeAll, describe, expect, test } from "@jest/globals";
import type { Rule } from "../../../components/monitoring/rules/index.ts";
import { parseExposition } from "../../../probes/sources/exposition.ts";
import { METRICS } from "../../../reference-server/contract/metrics.ts";
import { SCRAPE_TOKEN, startTestServer } from "../../reference-server/support/test-server.ts";
import { RULES } from "./production-rules.ts";
import { matchesSeries, parsePromql, type Selector } from "./promql.ts";

type Series = Parameters<typeof matchesSeries>[1];

const COUNTERS = new Set<string>(METRICS.filter(({ type }) => type === "counter").map(({ name }) => name));

/** Labels that Prometheus adds when it scrapes a game server. */
const TARGET_LABELS = { job: "game-server", pod: "game-server-0", instance: "game-server-0:8443" };

/** Counter selectors of the rules that match no series of the server. */
function missingSeries(rules: readonly Rule[], series: readonly Series[]): string[] {
  return rules.flatMap((rule) =>
    parsePromql(rule.expr)
      .selectors.filter(({ metric }) => COUNTERS.has(metric))
      .filter((selector) => !series.some((candidate) => matchesSeries(selector, candidate)))
      .map((selector) => `${"alert" in rule ? rule.alert : rule.record}: ${describeSelector(selector)}`),
  );
}

function describeSelector({ metric, matchers }: Selector): string {
  return `${metric}{${matchers.map(({ label, operator, value }) => `${label}${operator}"${value}"`).join(",")}}`;
}

/** The series of a real server that has served no other request. */
async function scrapeFreshServer(): Promise<Series[]> {
  const server = await startTestServer();
  const { text } = await server.call("/metrics", { token: SCRAPE_TOKEN });
  return parseExposition(text).map(({ name, labels }) => ({ name, labels: { ...labels, ...TARGET_LABELS } }));
}

describe("the first burst of an event raises its alert, because increase() finds a series that starts at zero", () => {
  let series: Series[];

  beforeAll(async () => {
    series = await scrapeFreshServer();
  });

  test("a server exposes every counter series that a rule reads before the first event", () => {
    expect(missingSeries(RULES, series)).toEqual([]);
  });

  test("a rule on a label value that no server exposes initially is reported", () => {
    const rule: Rule = {
      record: "job:example:rate5m",
      expr: 'sum by (job) (rate(spacetime_sessions_total{job="game-server",event="teleported"}[5m]))',
    };
    expect(missingSeries([rule], series)).toEqual([
      'job:example:rate5m: spacetime_sessions_total{job="game-server",event="teleported"}',
    ]);
  });
});
