/** The documented metrics of an exporter. */
export interface ExporterMetrics {
  /** The scrape job. */
  readonly job: string;
  /** The documentation of the names and labels. */
  readonly source: string;
  /** Labels that the scrape adds to every metric of the job. */
  readonly targetLabels: readonly string[];
  /** Labels of the metrics that Prometheus adds for each target, if they differ. @default targetLabels */
  readonly scrapeLabels?: readonly string[];
  /** The labels of each metric. */
  readonly metrics: Readonly<Record<string, readonly string[]>>;
}

/** The target labels of discovered pods (components/monitoring/prometheus/scrape-jobs.ts). */
export const POD_TARGET_LABELS = ["job", "instance", "namespace", "pod", "node"] as const;
