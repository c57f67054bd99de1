import { check, demand, notApplicable, type Verdict } from "../check.ts";
import type { Context } from "../context.ts";
import { bodyOf, performanceBody } from "../contract.ts";
import { withoutToken } from "../needs.ts";
import type { Metrics } from "../sources/exposition.ts";
import { largest, query } from "../sources/monitoring.ts";
import { spanOf, unscraped, WINDOWS } from "./span.ts";

/** The band of seed 003: 85 to 95 at a target of 90. */
const ABOVE_TARGET = 95 / 90;

/** Two frames of 60 Hz, where the frame rate becomes critical: one late frame a headset hides, two it does not. */
const SLOWEST_FRAME_S = 0.0333;

const group = "Performance";

export const frameRate = check({
  suite: "health",
  group,
  name: "frame-rate",
  title: "Every server keeps its frame rate, and its slowest frames are fast enough for VR.",
  findings: ["rate", "frame-time"],
  async run(context) {
    if (context.prometheus !== undefined) return framesInPrometheus(context);
    const hidden = unscraped(context);
    if (hidden !== undefined) return framesOfPerformance(context, hidden);
    const { alertFps, targetFps } = context.target.expected;
    const most = targetFps * ABOVE_TARGET;
    for (let window = 1; ; window += 1) {
      const { before, after, seconds } = await spanOf(context);
      const frames = (after.sum("spacetime_frames_total") ?? 0) - (before.sum("spacetime_frames_total") ?? 0);
      const rate = Math.round((frames / seconds) * 10) / 10;
      const slowest = quantileBetween(before, after, "spacetime_frame_duration_seconds", 0.95);
      const isGood = rate >= alertFps && slowest <= SLOWEST_FRAME_S;
      if (!isGood && window < WINDOWS) continue;
      return {
        findings: { rate: judgeRate(rate, alertFps, most), "frame-time": judgeFrameTime(slowest) },
        measured: { frames_per_second: rate, p95_frame_ms: Math.round(slowest * 1e4) / 10 },
      };
    }
  },
});

function judgeRate(rate: number, least: number, most: number): Verdict {
  return demand(rate >= least && rate <= most, {
    reason: "The frame rate is out of its band.",
    expected: `${least} to ${Math.round(most)} frames a second`,
    seen: String(rate),
    remedy: "See the server's processor time, the number of players and the scene.",
  });
}

function judgeFrameTime(seconds: number): Verdict {
  return demand(seconds <= SLOWEST_FRAME_S, {
    reason: "Frames take too long for VR.",
    expected: `95 of 100 within ${SLOWEST_FRAME_S * 1000} ms`,
    seen: Number.isFinite(seconds) ? `${seconds * 1000} ms` : "no frame",
    remedy: "See the server's processor time, the number of players and the scene.",
  });
}

/** The bound of the bucket in which a quantile of what was added between two scrapes lies; infinite without any. */
export function quantileBetween(before: Metrics, after: Metrics, name: string, quantile: number): number {
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

async function framesInPrometheus({ prometheus = neverAsked, target }: Context) {
  const { alertFps, targetFps } = target.expected;
  const [rates, times] = await Promise.all([
    query(prometheus, "spacetime_frame_rate_hertz"),
    query(
      prometheus,
      "histogram_quantile(0.95, sum by (le, pod) (rate(spacetime_frame_duration_seconds_bucket[5m])))",
    ),
  ]);
  const values = rates.map(({ value }) => value);
  const worst = values.find((value) => value < alertFps) ?? largest(rates) ?? 0;
  return {
    findings: {
      rate: judgeRate(worst, alertFps, targetFps * ABOVE_TARGET),
      "frame-time": judgeFrameTime(largest(times) ?? Number.POSITIVE_INFINITY),
    },
    measured: { servers: rates.length, frames_per_second: worst },
  };
}

function neverAsked(): Promise<never> {
  return Promise.reject(new Error("Prometheus is not known."));
}

/** Where the metrics are hidden, the server's own summary stands for them. */
async function framesOfPerformance(context: Context, hidden: string) {
  const missing = withoutToken(context);
  const reply = missing === undefined ? await context.http("/performance") : undefined;
  const body = reply === undefined ? undefined : bodyOf(reply, performanceBody);
  const { alertFps, targetFps } = context.target.expected;
  return {
    findings: {
      rate: missing ?? judgeRate(body?.fps ?? 0, alertFps, targetFps * ABOVE_TARGET),
      "frame-time": notApplicable(hidden),
    },
    measured: { frames_per_second: body?.fps ?? 0 },
  };
}
