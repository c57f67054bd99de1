/** The metrics that an exporter is documented to have. */
export interface ExporterMetrics {
  /** The scrape job. */
  readonly job: string;
  /** Where the names and labels stand. */
  readonly source: string;
  /** Labels that the scrape adds to every metric of the job. */
  readonly targetLabels: readonly string[];
  /** Labels of what Prometheus makes for each target, where the job's metrics do not keep them all. @default targetLabels */
  readonly scrapeLabels?: readonly string[];
  /** Each metric's own labels. */
  readonly metrics: Readonly<Record<string, readonly string[]>>;
}

/** What Prometheus and pod discovery add (components/monitoring/prometheus/scrape-jobs.ts). */
export const POD_TARGET_LABELS = ["job", "instance", "namespace", "pod", "node"] as const;
