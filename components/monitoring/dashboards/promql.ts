/** Matches all game servers. */
export const ALL_SERVERS_MATCHER = 'job="game-server"';

/** Matches the servers that are selected on the dashboard. */
export const SELECTED_SERVERS_MATCHERS = `${ALL_SERVERS_MATCHER},pod=~"$server"`;

/** Matches player requests; excludes probes, scrapes and drains. */
export const PLAYER_ROUTES_MATCHERS = `${SELECTED_SERVERS_MATCHERS},route!~"/health|/ready|/metrics|/drain"`;

/** Grafana's variable for the window of a rate, which is at least four scrape intervals. */
export const RATE_INTERVAL = "$__rate_interval";

/** The rate of a counter per second, summed by labels. */
export function rateBy(by: string, counter: string, matchers: string = SELECTED_SERVERS_MATCHERS): string {
  return `sum by (${by}) (rate(${counter}{${matchers}}[${RATE_INTERVAL}]))`;
}

/** A quantile of a histogram, over all selected servers or by labels. */
function quantileExpr(
  q: number,
  histogram: string,
  matchers: string = SELECTED_SERVERS_MATCHERS,
  by = "le",
): string {
  return `histogram_quantile(${q}, sum by (${by}) (rate(${histogram}_bucket{${matchers}}[${RATE_INTERVAL}])))`;
}

/** Queries for the median and the two highest percentiles. */
export function quantileQueries(histogram: string, matchers: string = SELECTED_SERVERS_MATCHERS) {
  return [0.5, 0.95, 0.99].map((q) => ({
    expr: quantileExpr(q, histogram, matchers),
    legend: `p${q * 100}`,
  })) as [QuantileQuery, QuantileQuery, QuantileQuery];
}

interface QuantileQuery {
  readonly expr: string;
  readonly legend: string;
}
