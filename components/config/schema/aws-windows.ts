/** A window as its start and length in minutes; a weekly window starts counting at Sunday 00:00 UTC. */
interface TimeWindow {
  readonly start: number;
  readonly length: number;
}

const DAYS = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"] as const;
const MINUTES_PER_DAY = 24 * 60;
const MINUTES_PER_WEEK = 7 * MINUTES_PER_DAY;

const TIME_PATTERN = "([01]\\d|2[0-3]):([0-5]\\d)";
const DAILY_PATTERN = new RegExp(`^${TIME_PATTERN}-${TIME_PATTERN}$`);
const WEEKLY_PATTERN = new RegExp(
  `^(${DAYS.join("|")}):${TIME_PATTERN}-(${DAYS.join("|")}):${TIME_PATTERN}$`,
);

function toMinutes(hours: string | undefined, rest: string | undefined): number {
  return Number(hours) * 60 + Number(rest);
}

/** A daily window such as `02:00-03:00`; undefined when the text has a different form. */
export function parseDailyWindow(text: string): TimeWindow | undefined {
  const match = DAILY_PATTERN.exec(text);
  if (match === null) return undefined;
  const start = toMinutes(match[1], match[2]);
  return { start, length: (toMinutes(match[3], match[4]) - start + MINUTES_PER_DAY) % MINUTES_PER_DAY };
}

/** A weekly window such as `sun:04:00-sun:05:00`; undefined when the text has a different form. */
export function parseWeeklyWindow(text: string): TimeWindow | undefined {
  const match = WEEKLY_PATTERN.exec(text);
  if (match === null) return undefined;
  const days: readonly string[] = DAYS;
  const at = (day: string | undefined, time: number): number =>
    days.indexOf(day ?? "") * MINUTES_PER_DAY + time;
  const start = at(match[1], toMinutes(match[2], match[3]));
  return {
    start,
    length: (at(match[4], toMinutes(match[5], match[6])) - start + MINUTES_PER_WEEK) % MINUTES_PER_WEEK,
  };
}

/** Whether a daily and a weekly window overlap; AWS rejects an instance whose windows do. */
export function windowsOverlap(daily: TimeWindow, weekly: TimeWindow): boolean {
  return DAYS.some((_name, day) => {
    const start = day * MINUTES_PER_DAY + daily.start;
    // Either window may wrap around the end of the week, so measure each from the start of the other.
    const until = (from: number, to: number): number => (to - from + MINUTES_PER_WEEK) % MINUTES_PER_WEEK;
    return until(weekly.start, start) < weekly.length || until(start, weekly.start) < daily.length;
  });
}
