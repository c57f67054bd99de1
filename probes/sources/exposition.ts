/** One sample of the Prometheus text format. */
export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

const SAMPLE_PATTERN = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})?\s+(\S+)(?:\s+\d+)?$/;
const LABEL_PATTERN = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\]|\\.)*)"/g;

/**
 * Parses the samples of a scrape; other lines are skipped.
 * Format: https://prometheus.io/docs/instrumenting/exposition_formats/
 */
export function parseExposition(text: string): readonly Sample[] {
  return text.split("\n").flatMap((line) => {
    const [, name, labels = "", value = ""] = line.startsWith("#")
      ? []
      : (SAMPLE_PATTERN.exec(line.trim()) ?? []);
    if (name === undefined) return [];
    const pairs = [...labels.matchAll(LABEL_PATTERN)].map(([, key = "", text = ""]) => [key, text] as const);
    return [{ name, labels: Object.fromEntries(pairs), value: parseNumber(value) }];
  });
}

function parseNumber(text: string): number {
  if (/^[+-]?Inf$/.test(text)) return text.startsWith("-") ? -Infinity : Infinity;
  return Number(text);
}

/** A scrape of one game server. */
export class ScrapedMetrics {
  readonly samples: readonly Sample[];
  /** Declared types by metric name; a counter that was never incremented has a type and no sample. */
  readonly types: ReadonlyMap<string, string>;

  constructor(text: string) {
    this.samples = parseExposition(text);
    const declared = [...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)];
    this.types = new Map(declared.map(([, name = "", type = ""]) => [name, type]));
  }

  /** Sums the samples whose labels match; undefined if none match. */
  sum(name: string, filter: (labels: Sample["labels"]) => boolean = () => true): number | undefined {
    const matching = this.samples.filter((sample) => sample.name === name && filter(sample.labels));
    return matching.length === 0 ? undefined : matching.reduce((sum, { value }) => sum + value, 0);
  }

  labels(name: string): Sample["labels"] | undefined {
    return this.samples.find((sample) => sample.name === name && sample.value > 0)?.labels;
  }

  /** Returns the upper bound of the bucket that contains a quantile; undefined for an empty histogram. */
  quantile(name: string, quantile: number): number | undefined {
    const buckets = this.samples
      .filter((sample) => sample.name === `${name}_bucket`)
      .map(({ labels, value }) => ({ bound: parseNumber(labels.le ?? ""), count: value }))
      .sort((a, b) => a.bound - b.bound);
    const total = buckets.at(-1)?.count ?? 0;
    return total === 0 ? undefined : buckets.find(({ count }) => count >= total * quantile)?.bound;
  }
}
