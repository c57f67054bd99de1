import { METRICS } from "../../../reference-server/contract/metrics.ts";
import { POSTGRES, REDIS } from "./data-stores.ts";
import {
  ALERTMANAGER,
  BLACKBOX,
  FLUENT_BIT,
  GATEWAY,
  GRAFANA,
  PROMETHEUS,
} from "./gateway-and-monitoring.ts";
import { CADVISOR, KUBE_STATE_METRICS, KUBELET, NODE_EXPORTER } from "./kubernetes.ts";
import { type ExporterMetrics, POD_TARGET_LABELS } from "./types.ts";

export type { ExporterMetrics } from "./types.ts";

/** What the list of a contract needs of each metric. */
export interface ContractMetric {
  readonly name: string;
  readonly type: "counter" | "gauge" | "histogram";
  readonly labels: readonly string[];
}

/** The contract as the game server's scrape has it: a histogram is three metrics. */
export function gameServerMetrics(contract: readonly ContractMetric[] = METRICS): ExporterMetrics {
  const entries = contract.flatMap(({ name, type, labels }): [string, readonly string[]][] =>
    type === "histogram"
      ? [
          [`${name}_bucket`, [...labels, "le"]],
          [`${name}_sum`, labels],
          [`${name}_count`, labels],
        ]
      : [[name, labels]],
  );
  return {
    job: "game-server",
    source: "reference-server/contract/metrics.ts",
    targetLabels: [...POD_TARGET_LABELS, "pool"],
    metrics: Object.fromEntries(entries),
  };
}

/** Every job's documented metrics but the game server's. */
export const EXPORTERS: readonly ExporterMetrics[] = [
  GATEWAY,
  REDIS,
  POSTGRES,
  NODE_EXPORTER,
  KUBELET,
  CADVISOR,
  KUBE_STATE_METRICS,
  BLACKBOX,
  PROMETHEUS,
  ALERTMANAGER,
  GRAFANA,
  FLUENT_BIT,
];

/** What Prometheus makes for each target of every job. */
const SCRAPE_METRICS: readonly string[] = [
  "up",
  "scrape_duration_seconds",
  "scrape_samples_scraped",
  "scrape_samples_post_metric_relabeling",
];

/** A metric with every label that one of its series can have. */
export interface KnownMetric {
  readonly jobs: readonly string[];
  readonly labels: ReadonlySet<string>;
}

/** Every documented metric, by name. */
export function knownMetrics(
  lists: readonly ExporterMetrics[] = [...EXPORTERS, gameServerMetrics()],
): ReadonlyMap<string, KnownMetric> {
  const known = new Map<string, KnownMetric>();
  const add = (name: string, job: string, labels: readonly string[]): void => {
    const before = known.get(name);
    known.set(name, {
      jobs: [...(before?.jobs ?? []), job],
      labels: new Set([...(before?.labels ?? []), ...labels]),
    });
  };
  for (const { job, targetLabels, scrapeLabels = targetLabels, metrics } of lists) {
    for (const [name, labels] of Object.entries(metrics)) add(name, job, [...targetLabels, ...labels]);
    for (const name of SCRAPE_METRICS) add(name, job, scrapeLabels);
  }
  return known;
}
