/** One sample of the Prometheus text format. */
export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

const SAMPLE_PATTERN = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})?\s+(\S+)(?:\s+\d+)?$/;
const LABEL_PATTERN = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\]|\\.)*)"/g;

/**
 * The samples of a scrape; lines that are none are left out.
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

/** The samples of one game server, with what checks ask of them. */
export class ScrapedMetrics {
  readonly samples: readonly Sample[];
  /** The declared types by name; a counter that was never raised has a type and no sample. */
  readonly types: ReadonlyMap<string, string>;

  constructor(text: string) {
    this.samples = parseExposition(text);
    const declared = [...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)];
    this.types = new Map(declared.map(([, name = "", type = ""]) => [name, type]));
  }

  /** The sum over all label sets that pass; undefined without any. */
  sum(name: string, filter: (labels: Sample["labels"]) => boolean = () => true): number | undefined {
    const found = this.samples.filter((sample) => sample.name === name && filter(sample.labels));
    return found.length === 0 ? undefined : found.reduce((sum, { value }) => sum + value, 0);
  }

  labels(name: string): Sample["labels"] | undefined {
    return this.samples.find((sample) => sample.name === name && sample.value > 0)?.labels;
  }

  /** The upper bound of the bucket in which a quantile of a histogram lies; undefined while it is empty. */
  quantile(name: string, quantile: number): number | undefined {
    const buckets = this.samples
      .filter((sample) => sample.name === `${name}_bucket`)
      .map(({ labels, value }) => ({ bound: parseNumber(labels.le ?? ""), count: value }))
      .sort((a, b) => a.bound - b.bound);
    const total = buckets.at(-1)?.count ?? 0;
    return total === 0 ? undefined : buckets.find(({ count }) => count >= total * quantile)?.bound;
  }
}
