/**
 * Values of a series: "7" stays 7, "1000+15" starts at 1000 and grows by 15 with each step, and anything else is in
 * promtool's own notation ("0x4 1x60": five samples of 0, then 61 of 1).
 */
export type SeriesValues = string;

/** Series by selector, a sample each 15 seconds. */
export type Series = Readonly<Record<string, SeriesValues>>;

/** One history in which an alert fires, what it says then, and histories in which it must not. */
export interface AlertCase {
  readonly alert: string;
  readonly series: Series;
  /** How often the rule is evaluated; finer than a tenth of its `for`, so that a change of `for` by that much shows. */
  readonly evaluationInterval: string;
  /** The last evaluation before it fires; absent if it fires immediately. */
  readonly notYetAt?: string;
  readonly firesAt: string;
  /** Every label of the alert but its name. */
  readonly labels: Readonly<Record<string, string>>;
  readonly summary: string;
  readonly description: string;
  readonly runbook: string;
  /** Where it must not have fired at `firesAt`. */
  readonly notFiring: readonly { readonly why: string; readonly series: Series }[];
  /** For an alert that stays up after its cause ended. */
  readonly keepsFiring?: { readonly series: Series; readonly firingAt: string; readonly resolvedAt: string };
  /** What it compares counts in whole numbers, where a tenth of one changes nothing. */
  readonly countsWholeNumbers?: true;
}

/** One recording rule, a history, and what is recorded. */
export interface RecordingCase {
  readonly record: string;
  readonly series: Series;
  /** Where the value is asked for. @default 10m */
  readonly at?: string;
  /** @default 15 */
  readonly stepSeconds?: number;
  readonly samples: readonly { readonly labels: string; readonly value: number }[];
}
