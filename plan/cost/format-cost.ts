import type { CostEstimate } from "./estimate-cost.ts";
import type { PriceFile } from "./price-file.ts";

const money = (usd: number): string => `${usd.toFixed(2)} USD`;

/** The table of one environment: each line with its monthly price, then sums, unused vCPUs, and what is not known. */
export function formatCost(estimate: CostEstimate, { region }: PriceFile): string {
  const { environment, lines, usd, unknown, pools, players } = estimate;
  if (lines.length === 0) return `${environment}: creates nothing that AWS bills\n`;
  const width = Math.max(...lines.map(({ component, item }) => component.length + item.length)) + 2;
  const rows = lines.map(({ component, item, usd: price }) => {
    const label = `${component}: ${item}`.padEnd(width + 2);
    return `  ${label}${(price === undefined ? "unknown" : money(price)).padStart(14)}`;
  });
  const nodes = pools.map(
    ({ pool, allocatable, requested }) =>
      `  ${pool}: ${requested.toFixed(2)} of ${allocatable.toFixed(2)} vCPUs requested, ${Math.round((1 - requested / allocatable) * 100)} % unused`,
  );
  const perPlayer =
    players === 0 ? [] : [`  ${money(usd / players)} per concurrent player (${players} at the minimum size)`];
  return `${[
    `${environment}: at least ${money(usd)} a month at list prices of ${region}, without traffic, logs and requests`,
    ...rows,
    ...perPlayer,
    ...nodes,
    ...(unknown.length === 0
      ? []
      : [`  ${unknown.length} prices are unknown and not in the sum: ${unknown.join(", ")}`]),
  ].join("\n")}\n`;
}

/** What a change costs: every line that differs, and the difference of the sums. */
export function formatCostDifference(before: CostEstimate, after: CostEstimate): string {
  const key = ({ component, item }: CostEstimate["lines"][number]) => `${component}: ${item}`;
  const previous = new Map(before.lines.map((line) => [key(line), line]));
  const next = new Map(after.lines.map((line) => [key(line), line]));
  const rows = [...new Set([...previous.keys(), ...next.keys()])].sort().flatMap((name) => {
    const [old, now] = [previous.get(name), next.get(name)];
    if (old?.quantity === now?.quantity) return [];
    const price = (line: typeof old) =>
      line === undefined ? "none" : line.usd === undefined ? "unknown" : money(line.usd);
    return [`  ${name}: ${price(old)} → ${price(now)}`];
  });
  const difference = after.usd - before.usd;
  const sign = difference > 0 ? "+" : "";
  return `${[`${after.environment}: ${money(before.usd)} → ${money(after.usd)} a month (${sign}${money(difference)}) of known prices`, ...rows].join("\n")}\n`;
}
