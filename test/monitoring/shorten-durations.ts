import { parse, stringify } from "yaml";

/** The factor by which the durations of rules and routes are shortened; the minimum is one second. */
export const SPEED_FACTOR = 20;

const SECONDS_PER_UNIT: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };

function shortenDuration(duration: string): string {
  const seconds = Number(duration.slice(0, -1)) * (SECONDS_PER_UNIT[duration.slice(-1)] ?? 1);
  return `${Math.max(1, Math.round(seconds / SPEED_FACTOR))}s`;
}

const DURATION_KEYS =
  "for keep_firing_for group_wait group_interval interval scrape_interval evaluation_interval".split(" ");

/** Shortens all durations of a config file. */
export function shortenDurations(text: string): string {
  const walk = (value: unknown, name: string): unknown => {
    if (Array.isArray(value)) return value.map((inner) => walk(inner, name));
    if (typeof value === "object" && value !== null) {
      return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, walk(inner, key)]));
    }
    return DURATION_KEYS.includes(name) && typeof value === "string" ? shortenDuration(value) : value;
  };
  return stringify(walk(parse(text), ""), { lineWidth: 0 });
}
