/** Every game server. */
export const ALL_SERVERS = 'job="game-server"';

/** The servers that a reader chose. */
export const SERVERS = `${ALL_SERVERS},pod=~"$server"`;

/** What players ask for; questions of probes and of Prometheus are no player's. */
export const PLAYER_ROUTES = `${SERVERS},route!~"/health|/ready|/metrics|/drain"`;

/** The window of a rate: Grafana's own, which is never shorter than four scrapes. */
export const WINDOW = "$__rate_interval";

/** Events per second of a counter, summed over labels. */
export function rateBy(by: string, counter: string, matchers: string = SERVERS): string {
  return `sum by (${by}) (rate(${counter}{${matchers}}[${WINDOW}]))`;
}

/** A quantile of a histogram, over the chosen servers together or by labels. */
export function quantile(q: number, histogram: string, matchers: string = SERVERS, by = "le"): string {
  return `histogram_quantile(${q}, sum by (${by}) (rate(${histogram}_bucket{${matchers}}[${WINDOW}])))`;
}

/** The median, and the two that hurt. */
export function quantiles(histogram: string, matchers: string = SERVERS) {
  return [0.5, 0.95, 0.99].map((q) => ({
    expr: quantile(q, histogram, matchers),
    legend: `p${q * 100}`,
  })) as [Quantile, Quantile, Quantile];
}

interface Quantile {
  readonly expr: string;
  readonly legend: string;
}
