import { Counter, Gauge, Histogram, Registry } from "prom-client";
import { METRICS, type MetricName } from "../contract/metrics.ts";

/** Values of a metric's labels. */
type Labels = Readonly<Record<string, string>>;

const MILLISECONDS_PER_SECOND = 1000;

/** The metrics of the contract, created from its list so that the two cannot differ. */
export class Metrics {
  readonly #registry = new Registry();
  readonly #counters = new Map<MetricName, Counter>();
  readonly #gauges = new Map<MetricName, Gauge>();
  readonly #histograms = new Map<MetricName, Histogram>();

  /** @param latencyBucketsMs upper bounds, in milliseconds, of histograms for which the contract defines none. */
  constructor(latencyBucketsMs: readonly number[]) {
    for (const { name, type, labels, labelValues = {}, meaning, buckets } of METRICS) {
      const options = { name, help: meaning, labelNames: [...labels], registers: [this.#registry] };
      if (type === "counter") {
        this.#counters.set(name, new Counter(options));
        for (const combination of labelCombinations(labelValues)) this.increment(name, combination, 0);
      }
      if (type === "gauge") this.#gauges.set(name, new Gauge(options));
      if (type === "histogram") {
        const bounds = buckets ?? latencyBucketsMs.map((bound) => bound / MILLISECONDS_PER_SECOND);
        this.#histograms.set(name, new Histogram({ ...options, buckets: [...bounds] }));
      }
    }
  }

  increment(name: MetricName, labels: Labels = {}, by = 1): void {
    this.#counters.get(name)?.inc(labels, by);
  }

  set(name: MetricName, value: number, labels: Labels = {}): void {
    this.#gauges.get(name)?.set(labels, value);
  }

  /** Sets an info gauge to 1 and removes its previous labels. */
  setInfo(name: MetricName, labels: Labels): void {
    const gauge = this.#gauges.get(name);
    gauge?.reset();
    gauge?.set(labels, 1);
  }

  observe(name: MetricName, seconds: number, labels: Labels = {}): void {
    this.#histograms.get(name)?.observe(labels, seconds);
  }

  /** Renders Prometheus text format 0.0.4, optionally limited to some metrics. */
  async render(only?: readonly MetricName[]): Promise<string> {
    if (only === undefined) return this.#registry.metrics();
    const parts = await Promise.all(only.map((name) => this.#registry.getSingleMetricAsString(name)));
    return `${parts.join("\n")}\n`;
  }

  get contentType(): string {
    return this.#registry.contentType;
  }
}

/** All combinations of label values; none without labels, because a counter without labels starts at zero by itself. */
function labelCombinations(labelValues: Readonly<Record<string, readonly string[]>>): Labels[] {
  const entries = Object.entries(labelValues);
  if (entries.length === 0) return [];
  return entries.reduce<Labels[]>(
    (combinations, [label, values]) =>
      combinations.flatMap((labels) => values.map((value) => ({ ...labels, [label]: value }))),
    [{}],
  );
}
