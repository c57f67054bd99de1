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

/** The properties of a contract metric that the list needs. */
interface ContractMetric {
  readonly name: string;
  readonly type: "counter" | "gauge" | "histogram";
  readonly labels: readonly string[];
}

/** The metrics of the game server's contract as they are scraped; a histogram has three series names. */
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

/** The documented metrics of every job except the game server. */
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

/** The metrics that Prometheus adds for each target. */
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
