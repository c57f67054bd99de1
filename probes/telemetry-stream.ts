import type { CheckContext } from "./check-context.ts";
import type { ListenOptions, TelemetrySession } from "./client/telemetry.ts";

/** A second shows a rate within a few percent; half of one is enough to see a stall. */
const WINDOW_MS = 1000;

/** Windows that are tried: one may fall into somebody else's burst of work. */
const MAX_WINDOWS = 3;

/** How far a rate may be from its promise: the alert on the frame rate, 85 of 90, with the noise of a short window. */
export const RATE_TOLERANCE = 0.15;

/** A stream and the rate at which it came. */
export interface TelemetryStream {
  readonly session: TelemetrySession;
  /** Frames per second; 0 with fewer than two. */
  readonly rate: number;
  readonly promised: number;
  readonly isSteady: boolean;
}

/** Listens until a window keeps the promised rate, or none of several did. */
export async function measureStreamRate(
  context: CheckContext,
  listen: Partial<ListenOptions> = {},
): Promise<TelemetryStream> {
  for (let window = 1; ; window += 1) {
    const session = await context.telemetry({ frames: Number.POSITIVE_INFINITY, ms: WINDOW_MS, ...listen });
    const stream = streamFromSession(session, context.target.expected.telemetryRateHz);
    if (stream.isSteady || !session.opened || window === MAX_WINDOWS) return stream;
  }
}

function streamFromSession(session: TelemetrySession, expected: number): TelemetryStream {
  const promised = Number(session.welcome?.rate_hz ?? expected);
  const rate = session.spanMs > 0 ? ((session.frames.length - 1) * 1000) / session.spanMs : 0;
  const isSteady = rate >= promised * (1 - RATE_TOLERANCE) && rate <= promised * (1 + RATE_TOLERANCE);
  return { session, promised, rate: Math.round(rate * 10) / 10, isSteady };
}
