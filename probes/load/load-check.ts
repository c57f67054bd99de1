import { type Check, defineCheck, notApplicable, passIf } from "../check.ts";
import type { Target } from "../target/target.ts";
import type { LoadReport } from "./load-report.ts";
import { DEFAULT_PROFILE } from "./profile.ts";

/** Below this share of the announced rate, players notice stutter. */
const MIN_FRAME_RATIO = 0.95;

/** A run with less load than the default profile shows nothing about the targets. */
export function whyTooSmall({ profile, interrupted, http, sessions }: LoadReport): string | undefined {
  if (interrupted) return "the load test was interrupted";
  if (http === undefined || sessions === undefined) return "the load test had no requests or no sessions";
  const small = (["seconds", "rate", "connections", "sessions"] as const).find(
    (part) => profile[part] < DEFAULT_PROFILE[part],
  );
  return small === undefined
    ? undefined
    : `the load test had ${profile[small]} ${small}, less than the default profile's ${DEFAULT_PROFILE[small]}`;
}

export const loadProfile = defineCheck({
  suite: "load",
  name: "profile",
  title: "The targets for errors, latency and frame rate are met under the load profile.",
  findings: ["errors", "latency", "frame-rate"],
  async run({ loadReport, target }) {
    const report = await loadReport?.();
    const unknown = report === undefined ? "no load test is recorded: run `load`" : whyTooSmall(report);
    if (report === undefined || unknown !== undefined) {
      const verdict = notApplicable(unknown ?? "no load test is recorded");
      return { findings: { errors: verdict, latency: verdict, "frame-rate": verdict } };
    }
    return { findings: evaluateLoadReport(report, target), measured: measurementsOf(report) };
  },
});

export function evaluateLoadReport(
  { findings, http, sessions }: LoadReport,
  { expected }: Pick<Target, "expected">,
) {
  const failures = findings.filter(({ tone }) => tone === "bad").map(({ text }) => text);
  const p95 = http?.latencyMs?.p95;
  const frames = sessions?.framesPerSecond?.min;
  const minFrames = (sessions?.rateHz ?? 0) * MIN_FRAME_RATIO;
  const remedy = "Find the limit that the report of `load --html` shows, and add servers or resources.";
  return {
    errors: passIf(failures.length === 0, {
      reason: "Requests or sessions failed under load.",
      expected: "no failure",
      seen: failures.join(" "),
      remedy,
    }),
    latency: passIf(p95 !== undefined && p95 <= expected.p95LatencyMs, {
      reason: "The latency exceeded its target under load.",
      expected: `p95 of at most ${expected.p95LatencyMs} ms`,
      seen: p95 === undefined ? "no successful request" : `${p95} ms`,
      remedy,
    }),
    "frame-rate": passIf(frames !== undefined && frames >= minFrames, {
      reason: "Clients received too few frames under load.",
      expected: `at least ${minFrames.toFixed(1)} frames per second for every client`,
      seen: frames === undefined ? "no frames" : `${frames.toFixed(1)} frames per second`,
      remedy,
    }),
  };
}

function measurementsOf({ http, sessions, profile }: LoadReport) {
  return {
    requests_per_second: Math.round((http?.answeredPerSecond ?? 0) * 10) / 10,
    sessions: sessions?.connected ?? 0,
    seconds: profile.seconds,
    ...(http?.latencyMs === undefined ? {} : { p95_ms: http.latencyMs.p95 }),
  };
}

/** The check of a load test; only `load` runs it, because a load test disturbs the environment. */
export const LOAD: readonly Check[] = [loadProfile];
