/** Every game server. */
export const ALL_SERVERS_MATCHER = 'job="game-server"';

/** The servers that a reader chose. */
export const SELECTED_SERVERS_MATCHERS = `${ALL_SERVERS_MATCHER},pod=~"$server"`;

/** Player requests, without probes and scrapes. */
export const PLAYER_ROUTES_MATCHERS = `${SELECTED_SERVERS_MATCHERS},route!~"/health|/ready|/metrics|/drain"`;

/** The window of a rate: Grafana's own, which is never shorter than four scrapes. */
export const RATE_INTERVAL = "$__rate_interval";

/** Events per second of a counter, summed over labels. */
export function rateBy(by: string, counter: string, matchers: string = SELECTED_SERVERS_MATCHERS): string {
  return `sum by (${by}) (rate(${counter}{${matchers}}[${RATE_INTERVAL}]))`;
}

/** A quantile of a histogram, over the chosen servers together or by labels. */
export function quantileExpr(
  q: number,
  histogram: string,
  matchers: string = SELECTED_SERVERS_MATCHERS,
  by = "le",
): string {
  return `histogram_quantile(${q}, sum by (${by}) (rate(${histogram}_bucket{${matchers}}[${RATE_INTERVAL}])))`;
}

/** The median, and the two that hurt. */
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
