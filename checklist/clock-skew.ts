/** Clocks of two machines differ by less: a later date is in the future. */
export const CLOCK_SKEW_MS = 5 * 60_000;
