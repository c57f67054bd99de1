import { missingTokenVerdict } from "../access-token.ts";
import { defineCheck, notApplicable, passIf, type Verdict } from "../check.ts";
import type { CheckContext } from "../check-context.ts";
import { parseBody, performanceBody } from "../contract.ts";
import type { ScrapedMetrics } from "../sources/exposition.ts";
import { maxValue, queryPrometheus } from "../sources/monitoring-client.ts";
import { hiddenMetricsReason, MAX_WINDOWS, scrapeWindow } from "./metrics-window.ts";

/** Upper limit of the range in seed 003: 85 to 95 at a target of 90. */
const MAX_RATE_FACTOR = 95 / 90;

/** Two frames at the critical rate of 60 Hz: a headset can compensate for one late frame, but not for two. */
const MAX_FRAME_SECONDS = 0.0333;

const group = "Performance";

export const frameRate = defineCheck({
  suite: "health",
  group,
  name: "frame-rate",
  title: "Every game server holds its frame rate, and its p95 frame time is fast enough for VR.",
  findings: ["rate", "frame-time"],
  async run(context) {
    if (context.prometheus !== undefined) return frameRateFromPrometheus(context);
    const hidden = hiddenMetricsReason(context);
    if (hidden !== undefined) return frameRateFromPerformance(context, hidden);
    const { alertFps, targetFps } = context.target.expected;
    const maxFps = targetFps * MAX_RATE_FACTOR;
    for (let window = 1; ; window += 1) {
      const { before, after, seconds } = await scrapeWindow(context);
      const frames = (after.sum("spacetime_frames_total") ?? 0) - (before.sum("spacetime_frames_total") ?? 0);
      const rate = Math.round((frames / seconds) * 10) / 10;
      const slowest = quantileBetween(before, after, "spacetime_frame_duration_seconds", 0.95);
      const isGood = rate >= alertFps && slowest <= MAX_FRAME_SECONDS;
      if (!isGood && window < MAX_WINDOWS) continue;
      return {
        findings: {
          rate: evaluateFrameRate(rate, alertFps, maxFps),
          "frame-time": evaluateFrameTime(slowest),
        },
        measured: { frames_per_second: rate, p95_frame_ms: Math.round(slowest * 1e4) / 10 },
      };
    }
  },
});

function evaluateFrameRate(rate: number, min: number, max: number): Verdict {
  return passIf(rate >= min && rate <= max, {
    reason: "The frame rate is outside its range.",
    expected: `${min} to ${Math.round(max)} frames per second`,
    seen: String(rate),
    remedy: "Check the server's CPU usage, the number of players and the scene.",
  });
}

function evaluateFrameTime(seconds: number): Verdict {
  return passIf(seconds <= MAX_FRAME_SECONDS, {
    reason: "The p95 frame time is too long for VR.",
    expected: `95 of 100 within ${MAX_FRAME_SECONDS * 1000} ms`,
    seen: Number.isFinite(seconds) ? `${seconds * 1000} ms` : "no frame",
    remedy: "Check the server's CPU usage, the number of players and the scene.",
  });
}

/** Upper bound of the bucket that contains a quantile of the samples between two scrapes; infinite without samples. */
export function quantileBetween(
  before: ScrapedMetrics,
  after: ScrapedMetrics,
  name: string,
  quantile: number,
): number {
  const bounds = after.samples.filter((sample) => sample.name === `${name}_bucket`);
  const added = bounds
    .map(({ labels, value }) => {
      const earlier = before.sum(`${name}_bucket`, (other) => other.le === labels.le) ?? 0;
      return {
        bound: labels.le === "+Inf" ? Number.POSITIVE_INFINITY : Number(labels.le),
        count: value - earlier,
      };
    })
    .sort((a, b) => a.bound - b.bound);
  const total = added.at(-1)?.count ?? 0;
  if (total <= 0) return Number.POSITIVE_INFINITY;
  return added.find(({ count }) => count >= total * quantile)?.bound ?? Number.POSITIVE_INFINITY;
}

async function frameRateFromPrometheus({ prometheus = rejectWithoutPrometheus, target }: CheckContext) {
  const { alertFps, targetFps } = target.expected;
  const [rates, times] = await Promise.all([
    queryPrometheus(prometheus, "spacetime_frame_rate_hertz"),
    queryPrometheus(
      prometheus,
      "histogram_quantile(0.95, sum by (le, pod) (rate(spacetime_frame_duration_seconds_bucket[5m])))",
    ),
  ]);
  const values = rates.map(({ value }) => value);
  const worst = values.find((value) => value < alertFps) ?? maxValue(rates) ?? 0;
  return {
    findings: {
      rate: evaluateFrameRate(worst, alertFps, targetFps * MAX_RATE_FACTOR),
      "frame-time": evaluateFrameTime(maxValue(times) ?? Number.POSITIVE_INFINITY),
    },
    measured: { servers: rates.length, frames_per_second: worst },
  };
}

function rejectWithoutPrometheus(): Promise<never> {
  return Promise.reject(new Error("Prometheus is not configured."));
}

/** Uses /performance if the metrics are not accessible. */
async function frameRateFromPerformance(context: CheckContext, hidden: string) {
  const missing = missingTokenVerdict(context);
  const reply = missing === undefined ? await context.http("/performance") : undefined;
  const body = reply === undefined ? undefined : parseBody(reply, performanceBody);
  const { alertFps, targetFps } = context.target.expected;
  return {
    findings: {
      rate: missing ?? evaluateFrameRate(body?.fps ?? 0, alertFps, targetFps * MAX_RATE_FACTOR),
      "frame-time": notApplicable(hidden),
    },
    measured: { frames_per_second: body?.fps ?? 0 },
  };
}
