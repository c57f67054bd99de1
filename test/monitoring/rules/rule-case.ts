/**
 * Values of a series: "7" stays 7, "1000+15" starts at 1000 and grows by 15 with each step, and anything else is in
 * promtool's notation ("0x4 1x60": five samples of 0, then 61 of 1).
 */
type SeriesValues = string;

/** Series by selector, with one sample per 15 seconds. */
export type Series = Readonly<Record<string, SeriesValues>>;

/** Series for which an alert fires, its expected content, and series for which it must not fire. */
export interface AlertCase {
  readonly alert: string;
  readonly series: Series;
  /** The evaluation interval; less than a tenth of `for`, so that a change of `for` by 10 % fails the test. */
  readonly evaluationInterval: string;
  /** The last evaluation before it fires; absent if it fires immediately. */
  readonly notYetAt?: string;
  readonly firesAt: string;
  /** All labels of the alert except its name. */
  readonly labels: Readonly<Record<string, string>>;
  readonly summary: string;
  readonly description: string;
  readonly runbook: string;
  /** Series for which it must not fire at `firesAt`. */
  readonly notFiring: readonly { readonly why: string; readonly series: Series }[];
  /** For an alert that keeps firing after its cause has ended. */
  readonly keepsFiring?: { readonly series: Series; readonly firingAt: string; readonly resolvedAt: string };
  /** Whether it compares integer counts, so that mutants change by 1 instead of 10 %. */
  readonly countsWholeNumbers?: true;
}

/** A recording rule with input series and the expected samples. */
export interface RecordingCase {
  readonly record: string;
  readonly series: Series;
  /** The evaluation time. @default 10m */
  readonly at?: string;
  /** @default 15 */
  readonly stepSeconds?: number;
  readonly samples: readonly { readonly labels: string; readonly value: number }[];
}
