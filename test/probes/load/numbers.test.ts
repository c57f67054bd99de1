import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { computeDistribution, percentile } from "../../../probes/load/percentiles.ts";
import {
  DEFAULT_PROFILE,
  PROFILE_MAXIMUMS,
  PROFILES,
  requestsDueBy,
  validateProfile,
} from "../../../probes/load/profile.ts";
import { parseRetryAfter, RateLimitTracker } from "../../../probes/load/rate-limit-tracker.ts";

const durations = fc.array(fc.double({ min: 0, max: 1e5, noNaN: true }), { minLength: 1, maxLength: 300 });

describe("percentiles", () => {
  test("are the smallest measured values with at least that share of values at or below them", () => {
    fc.assert(
      fc.property(durations, fc.integer({ min: 1, max: 100 }), (values, share) => {
        const sorted = values.toSorted((a, b) => a - b);
        const found = percentile(sorted, share / 100);
        const needed = (sorted.length * share) / 100;
        expect(sorted).toContain(found);
        expect(sorted.filter((value) => value <= found).length).toBeGreaterThanOrEqual(needed - 1e-6);
        expect(sorted.filter((value) => value < found).length).toBeLessThan(needed);
      }),
    );
  });

  test("increase from minimum to maximum", () => {
    fc.assert(
      fc.property(durations, (values) => {
        const found = computeDistribution(values);
        const { min = 0, p50 = 0, p90 = 0, p95 = 0, p99 = 0, max = 0 } = found ?? {};
        expect([min, p50, p90, p95, p99, max]).toEqual(
          [min, p50, p90, p95, p99, max].toSorted((a, b) => a - b),
        );
        expect(found?.count).toBe(values.length);
      }),
    );
  });

  test("of 1 to 100 are the expected numbers", () => {
    const values = Array.from({ length: 100 }, (_, index) => 100 - index);
    expect(computeDistribution(values)).toEqual({
      ...{ count: 100, min: 1, mean: 50.5, p50: 50, p90: 90, p95: 95, p99: 99, max: 100 },
    });
  });

  test("of no values are undefined, not zero", () => {
    expect(computeDistribution([])).toBeUndefined();
  });
});

describe("a load profile", () => {
  const profile = fc.record({
    name: fc.constantFrom(...PROFILES),
    seconds: fc.integer({ min: 1, max: PROFILE_MAXIMUMS.seconds }),
    rate: fc.integer({ min: 1, max: PROFILE_MAXIMUMS.rate }),
    connections: fc.constant(1),
    sessions: fc.constant(0),
  });

  test("never exceeds its rate and never decreases", () => {
    const moment = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(profile, moment, moment, (one, first, second) => {
        const [from, to] = [Math.min(first, second) * one.seconds, Math.max(first, second) * one.seconds];
        const due = requestsDueBy(one, to) - requestsDueBy(one, from);
        expect(due).toBeGreaterThanOrEqual(-1e-6);
        expect(due).toBeLessThanOrEqual((to - from) * one.rate + 1e-6);
      }),
    );
  });

  test.each([
    ["steady", 1],
    ["ramp", 0.6],
    ["spike", 0.36],
  ] as const)("%s sends %d of the requests that the full rate would send", (name, share) => {
    expect(requestsDueBy({ ...DEFAULT_PROFILE, name, seconds: 10, rate: 100 }, 10)).toBeCloseTo(1000 * share);
  });

  test.each([
    ["seconds", 301, "--duration"],
    ["rate", 2001, "--rate"],
    ["rate", Number.NaN, "--rate"],
    ["connections", 257, "--connections"],
    ["connections", 1.5, "--connections"],
    ["sessions", 1001, "--sessions"],
    ["sessions", -1, "--sessions"],
  ] as const)("with %s %d is rejected, and %s is named", (part, value, option) => {
    expect(() => validateProfile({ ...DEFAULT_PROFILE, [part]: value })).toThrow(`${option} is "${value}"`);
  });

  test("without requests and sessions is rejected", () => {
    expect(() => validateProfile({ ...DEFAULT_PROFILE, rate: 0, sessions: 0 })).toThrow("cannot both be 0");
  });
});

describe("Retry-After", () => {
  const now = Date.parse("2026-03-01T12:00:00Z");

  test.each([
    ["30", 30],
    [" 0 ", 0],
    ["Sun, 01 Mar 2026 12:00:20 GMT", 20],
    ["Sun, 01 Mar 2026 11:00:00 GMT", 0],
    [undefined, undefined],
    ["", undefined],
    ["-1", undefined],
    ["1.5", undefined],
    ["soon", undefined],
    ["86401", undefined],
  ])("%j means %p seconds", (header, seconds) => {
    expect(parseRetryAfter(header, now)).toBe(seconds);
  });

  test("is respected by the clients, and the next response decides whether the target does so, too", () => {
    const limits = new RateLimitTracker();
    const answer = { key: "a", retryAfter: "2", status: 429 };
    limits.recordResponse({ ...answer, sentMs: 0, nowMs: 10 });
    expect(limits.isBackingOff("a", 2009)).toBe(true);
    expect(limits.isBackingOff("b", 2009)).toBe(false);
    expect(limits.isBackingOff("a", 2010)).toBe(false);
    // Sent before the wait began, so it does not count against the target.
    limits.recordResponse({ ...answer, sentMs: 5, nowMs: 20 });
    expect(limits.counts.refusedAfterwards).toBe(0);
    limits.recordResponse({ ...answer, sentMs: 2100, nowMs: 2110 });
    expect(limits.counts.refusedAfterwards).toBe(1);
    limits.recordResponse({ ...answer, status: 200, sentMs: 4200, nowMs: 4210 });
    expect(limits.counts).toMatchObject({ refused: 3, letInAfterwards: 1, refusedAfterwards: 1 });
  });

  test("is optional: every 429 is counted once with or without it", () => {
    const answers = fc.array(
      fc.record({
        key: fc.constantFrom("a", "b"),
        status: fc.constantFrom(200, 429),
        retryAfter: fc.constantFrom("1", "60", "soon", undefined),
        sentMs: fc.nat(5000),
      }),
    );
    fc.assert(
      fc.property(answers, (given) => {
        const limits = new RateLimitTracker();
        for (const one of given) limits.recordResponse({ ...one, nowMs: one.sentMs + 10 });
        const refused = given.filter(({ status }) => status === 429);
        expect(limits.counts.refused).toBe(refused.length);
        const unread = refused.filter(({ retryAfter }) => !["1", "60"].includes(retryAfter ?? ""));
        expect(limits.counts.withoutRetryAfter).toBe(unread.length);
        expect(limits.counts.refusedAfterwards).toBeLessThanOrEqual(refused.length);
      }),
    );
  });
});
