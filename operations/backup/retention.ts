/** How many restore points are kept: the newest ones of each hour, day and week. */
export interface RetentionPolicy {
  readonly hourly: number;
  readonly daily: number;
  readonly weekly: number;
}

/** A day of hours, a week of days and five weeks: one more than a month, so that a monthly job can still be undone. */
export const DEFAULT_RETENTION: RetentionPolicy = { hourly: 24, daily: 7, weekly: 5 };

/** What the policy needs to know of a restore point. */
export interface RetainedPoint {
  readonly name: string;
  /** ISO 8601. */
  readonly createdAt: string;
  /** Whether its files are complete and unchanged; only such points count towards the policy. */
  readonly isGood: boolean;
  /** Whether an operator named it; it is kept as long as the oldest weekly point. */
  readonly isNamed: boolean;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const WEEK_MS = 7 * DAY_MS;
/** 1970-01-01 was a Thursday; weeks begin on Monday, as in ISO 8601. */
const FIRST_MONDAY_MS = 4 * DAY_MS;

/**
 * Decides which restore points are kept. The newest good point is always kept, whatever the policy and the clock say; a damaged point
 * never counts as one of the kept ones.
 * @returns the names of the kept points.
 */
export function selectKeptPoints(
  points: readonly RetainedPoint[],
  policy: RetentionPolicy,
  now: number,
): Set<string> {
  const good = points
    .filter(({ isGood }) => isGood)
    .map((point) => ({ ...point, time: Date.parse(point.createdAt) }))
    .sort((one, other) => other.time - one.time);
  const kept = new Set<string>();
  const newest = good[0];
  if (newest !== undefined) kept.add(newest.name);
  const bucketsOf = [
    [policy.hourly, (time: number) => Math.floor(time / HOUR_MS)],
    [policy.daily, (time: number) => Math.floor(time / DAY_MS)],
    [policy.weekly, (time: number) => Math.floor((time - FIRST_MONDAY_MS) / WEEK_MS)],
  ] as const;
  for (const [count, bucketOf] of bucketsOf) {
    const seen = new Set<number>();
    for (const { name, time } of good) {
      const bucket = bucketOf(time);
      if (seen.has(bucket) || seen.size >= count) continue;
      seen.add(bucket);
      kept.add(name);
    }
  }
  for (const { name, time, isNamed } of good) {
    // A point of the last hour is kept even if a newer one is in the same hour: an operator may have just created it.
    if (now - time < (isNamed ? policy.weekly * WEEK_MS : HOUR_MS)) kept.add(name);
  }
  return kept;
}
