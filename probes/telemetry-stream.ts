import type { CheckContext } from "./check-context.ts";
import type { ListenOptions, TelemetrySession } from "./client/telemetry.ts";

/** One second is sufficient to measure a rate within a few percent. */
const WINDOW_MS = 1000;

/** Number of measurements, because one may coincide with a load peak. */
const MAX_WINDOWS = 3;

/** Maximum deviation from the target rate: that of the frame rate alert (85 of 90), plus the noise of a short window. */
export const RATE_TOLERANCE = 0.15;

/** A telemetry session with its measured frame rate. */
export interface TelemetryStream {
  readonly session: TelemetrySession;
  /** Frames per second; 0 with fewer than two frames. */
  readonly rate: number;
  readonly targetRate: number;
  readonly isSteady: boolean;
}

/** Measures the frame rate, up to `MAX_WINDOWS` times until it matches the target rate. */
export async function measureStreamRate(
  context: CheckContext,
  options: Partial<ListenOptions> = {},
): Promise<TelemetryStream> {
  for (let window = 1; ; window += 1) {
    const session = await context.telemetry({ frames: Number.POSITIVE_INFINITY, ms: WINDOW_MS, ...options });
    const stream = streamFromSession(session, context.target.expected.telemetryRateHz);
    if (stream.isSteady || !session.opened || window === MAX_WINDOWS) return stream;
  }
}

function streamFromSession(session: TelemetrySession, expected: number): TelemetryStream {
  const targetRate = Number(session.welcome?.rate_hz ?? expected);
  const rate = session.spanMs > 0 ? ((session.frames.length - 1) * 1000) / session.spanMs : 0;
  const isSteady = rate >= targetRate * (1 - RATE_TOLERANCE) && rate <= targetRate * (1 + RATE_TOLERANCE);
  return { session, targetRate, rate: Math.round(rate * 10) / 10, isSteady };
}
