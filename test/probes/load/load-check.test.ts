import { expect, test } from "@jest/globals";
import type { CheckContext } from "../../../probes/check-context.ts";
import { loadProfile } from "../../../probes/load/load-check.ts";
import type { LoadReport } from "../../../probes/load/load-report.ts";
import { DEFAULT_PROFILE } from "../../../probes/load/profile.ts";
import { defaultExpectations } from "../../../probes/target/expectations.ts";

const latencyMs = { count: 500, min: 1, mean: 5, p50: 4, p90: 8, p95: 10, p99: 20, max: 30 };

const REPORT = {
  profile: DEFAULT_PROFILE,
  interrupted: false,
  http: { answeredPerSecond: 50, latencyMs },
  sessions: { connected: 8, rateHz: 90, framesPerSecond: { min: 89.5, p50: 90, max: 90 } },
  findings: [],
} as unknown as LoadReport;

type Parts = { readonly [Part in keyof LoadReport]?: unknown };

async function run(change: Parts | undefined) {
  const report = { ...REPORT, ...change } as LoadReport;
  return loadProfile.run({
    target: { expected: defaultExpectations() },
    ...(change === undefined ? {} : { loadReport: async () => report }),
  } as unknown as CheckContext);
}

const outcomes = async (change: Parts | undefined): Promise<string> =>
  Object.values((await run(change)).findings)
    .map(({ outcome }) => outcome)
    .join(" ");

test("a load test that meets its targets passes, and its rate is recorded for the trend of requests", async () => {
  expect(await outcomes({})).toBe("pass pass pass");
  expect((await run({})).measured).toMatchObject({ requests_per_second: 50, sessions: 8, p95_ms: 10 });
});

test.each([
  ["a failed request", { findings: [{ tone: "bad", text: "5 of 500 requests failed." }] }, "fail pass pass"],
  [
    "a slow p95",
    { http: { answeredPerSecond: 50, latencyMs: { ...latencyMs, p95: 501 } } },
    "pass fail pass",
  ],
  ["no successful request", { http: { answeredPerSecond: 0 } }, "pass fail pass"],
  [
    "too few frames",
    { sessions: { connected: 8, rateHz: 90, framesPerSecond: { min: 80, p50: 90, max: 90 } } },
    "pass pass fail",
  ],
  ["no frames", { sessions: { connected: 8, rateHz: 90 } }, "pass pass fail"],
])("%s fails its target", async (_, change, expected) => {
  expect(await outcomes(change)).toBe(expected);
});

test.each([
  ["no report", undefined],
  ["an interrupted run", { interrupted: true }],
  ["a run without sessions", { sessions: undefined }],
  ["a shorter run than the default profile", { profile: { ...DEFAULT_PROFILE, seconds: 5 } }],
  ["a lower rate than the default profile", { profile: { ...DEFAULT_PROFILE, rate: 10 } }],
])("%s proves nothing", async (_, change) => {
  expect(await outcomes(change)).toBe("not-applicable not-applicable not-applicable");
});
