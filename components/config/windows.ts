/** Minutes since Sunday 00:00 UTC at which a window opens, and how long it is open. */
export interface Window {
  readonly start: number;
  readonly length: number;
}

const DAYS = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"] as const;
const DAY = 24 * 60;
const WEEK = 7 * DAY;

const TIME = "([01]\\d|2[0-3]):([0-5]\\d)";
const DAILY = new RegExp(`^${TIME}-${TIME}$`);
const WEEKLY = new RegExp(`^(${DAYS.join("|")}):${TIME}-(${DAYS.join("|")}):${TIME}$`);

function minutes(hours: string | undefined, rest: string | undefined): number {
  return Number(hours) * 60 + Number(rest);
}

/** A daily window such as `02:00-03:00`; undefined when the text has another form. */
export function dailyWindow(text: string): Window | undefined {
  const match = DAILY.exec(text);
  if (match === null) return undefined;
  const start = minutes(match[1], match[2]);
  return { start, length: (minutes(match[3], match[4]) - start + DAY) % DAY };
}

/** A weekly window such as `sun:04:00-sun:05:00`; undefined when the text has another form. */
export function weeklyWindow(text: string): Window | undefined {
  const match = WEEKLY.exec(text);
  if (match === null) return undefined;
  const days: readonly string[] = DAYS;
  const at = (day: string | undefined, time: number): number => days.indexOf(day ?? "") * DAY + time;
  const start = at(match[1], minutes(match[2], match[3]));
  return { start, length: (at(match[4], minutes(match[5], match[6])) - start + WEEK) % WEEK };
}

/** Whether a daily window and a weekly one share a minute; AWS refuses a store for which they do. */
export function overlap(daily: Window, weekly: Window): boolean {
  return DAYS.some((_name, day) => {
    const start = day * DAY + daily.start;
    // Both may run over the end of the week, so each is looked at from the other's start.
    const until = (from: number, to: number): number => (to - from + WEEK) % WEEK;
    return until(weekly.start, start) < weekly.length || until(start, weekly.start) < daily.length;
  });
}
