import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { formatShortNumber, niceTicks } from "../../../probes/html/axis-scale.ts";
import { createBins } from "../../../probes/html/histogram.ts";
import { type Point, renderHistogram, renderLinePlot, renderSparkline } from "../../../probes/html/index.ts";

const finite = fc.double({ min: -1e9, max: 1e9, noNaN: true });
const anything = fc.oneof(finite, fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, -0));

describe("ticks", () => {
  test("cover every range with few, equal, increasing steps", () => {
    fc.assert(
      fc.property(finite, finite, (one, other) => {
        const [low, high] = [Math.min(one, other), Math.max(one, other)];
        const ticks = niceTicks([low, high]);
        const span = (ticks.at(-1) ?? 0) - (ticks[0] ?? 0);
        const step = span / (ticks.length - 1);
        expect(ticks.length).toBeGreaterThanOrEqual(2);
        expect(ticks.length).toBeLessThanOrEqual(8);
        expect(ticks[0]).toBeLessThanOrEqual(low + step * 1e-6);
        expect(ticks.at(-1)).toBeGreaterThanOrEqual(high - step * 1e-6);
        expect(step).toBeGreaterThan(0);
      }),
    );
  });

  test.each([
    [
      [0, 1],
      [0, 0.5, 1],
    ],
    [
      [0, 0.37],
      [0, 0.1, 0.2, 0.3, 0.4],
    ],
    [
      [0, 90],
      [0, 50, 100],
    ],
    [
      [3, 3],
      [3, 3.5],
    ],
    [
      [-2, 7],
      [-5, 0, 5, 10],
    ],
  ] as const)("%j have readable labels: %j", ([low, high], expected) => {
    expect(niceTicks([low, high])).toEqual(expected);
  });

  test.each([
    [0, "0"],
    [0.123_45, "0.123"],
    [1234, "1234"],
    [12_345, "12.3k"],
    [-2_500_000, "-2.5M"],
  ])("%d has a short label: %s", (value, text) => {
    expect(formatShortNumber(value)).toBe(text);
  });
});

describe("a histogram", () => {
  test("counts every value once, in bins without gaps", () => {
    fc.assert(
      fc.property(fc.array(finite, { minLength: 1, maxLength: 200 }), (values) => {
        const found = createBins(values);
        expect(found.reduce((sum, { count }) => sum + count, 0)).toBe(values.length);
        for (const [index, bin] of found.slice(1).entries()) expect(bin.from).toBe(found[index]?.to);
      }),
    );
  });

  test("on a log scale counts every positive value in its bin", () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-3, max: 1e5, noNaN: true }), (value) => {
        const holding = createBins([value, 1e-3, 1e5], "log").filter(
          ({ from, to }) => from <= value && value < to,
        );
        expect(holding.length).toBeLessThanOrEqual(1);
        expect(createBins([value], "log").reduce((sum, { count }) => sum + count, 0)).toBe(1);
      }),
    );
  });

  test("without values says so", () => {
    expect(renderHistogram({ title: "t", unit: "ms", values: [] }).toString()).toContain("No values.");
  });
});

describe("a plot", () => {
  const pointsOf = fc.array(fc.tuple(anything, fc.option(anything, { nil: undefined })), { maxLength: 50 });

  test("has numeric coordinates for any measured values", () => {
    fc.assert(
      fc.property(pointsOf, fc.array(anything), (points, values) => {
        const series = [{ name: "one", points: points as Point[] }];
        const drawn = [
          renderLinePlot({ title: "t", unit: "ms", series }),
          renderSparkline(values, "label"),
          renderHistogram({ title: "t", unit: "ms", values }),
          renderHistogram({ title: "t", unit: "ms", values, scale: "log" }),
        ].join("");
        expect(drawn).not.toMatch(/NaN|Infinity|undefined/);
      }),
    );
  });

  test("leaves a gap where a value is missing", () => {
    const points: Point[] = [
      [0, 1],
      [1, 1],
      [2, undefined],
      [3, 1],
      [4, 1],
    ];
    const drawn = renderLinePlot({ title: "t", unit: "ms", series: [{ name: "one", points }] }).toString();
    expect(drawn.match(/d="(M[^"]*)"/)?.[1]?.match(/[ML]/g)).toEqual(["M", "L", "M", "L"]);
  });

  test("shows an isolated point", () => {
    const drawn = renderLinePlot({ title: "t", unit: "ms", series: [{ name: "one", points: [[0, 1]] }] });
    expect(drawn.toString()).toMatch(/d="M[^"]*h0\.1"/);
  });

  test("distinguishes its curves by dashes as well as by colour", () => {
    const points: Point[] = [
      [0, 1],
      [1, 2],
    ];
    const series = ["p50", "p99"].map((name) => ({ name, points }));
    const drawn = renderLinePlot({ title: "t", unit: "ms", series }).toString();
    expect(drawn).toContain("series-0 dash-0");
    expect(drawn).toContain("series-1 dash-1");
  });

  test("describes its range in an accessible label", () => {
    const series = [{ name: "p99", points: [[0, 3] as const, [1, 8] as const] }];
    expect(renderLinePlot({ title: "Latency", unit: "ms", series }).toString()).toContain(
      'aria-label="Latency: p99 from 3 to 8 ms"',
    );
    expect(renderSparkline([3, 8], "Latency").toString()).toContain(
      'aria-label="Latency: 2 values, from 3 to 8, last 8"',
    );
  });
});
