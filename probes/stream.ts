import type { Listen, Session } from "./client/telemetry.ts";
import type { Context } from "./context.ts";

/** A second shows a rate within a few percent; half of one is enough to see a stall. */
const WINDOW_MS = 1000;

/** Windows that are tried: one may fall into somebody else's burst of work. */
const WINDOWS = 3;

/** How far a rate may be from its promise: the alert on the frame rate, 85 of 90, with the noise of a short window. */
export const TOLERANCE = 0.15;

/** A stream and the rate at which it came. */
export interface Stream {
  readonly session: Session;
  /** Frames per second; 0 with fewer than two. */
  readonly rate: number;
  readonly promised: number;
  readonly isSteady: boolean;
}

/** Listens until a window keeps the promised rate, or none of several did. */
export async function listenSteadily(context: Context, listen: Partial<Listen> = {}): Promise<Stream> {
  for (let window = 1; ; window += 1) {
    const session = await context.telemetry({ frames: Number.POSITIVE_INFINITY, ms: WINDOW_MS, ...listen });
    const stream = streamOf(session, context.target.expected.telemetryRateHz);
    if (stream.isSteady || !session.opened || window === WINDOWS) return stream;
  }
}

function streamOf(session: Session, expected: number): Stream {
  const promised = Number(session.welcome?.rate_hz ?? expected);
  const rate = session.spanMs > 0 ? ((session.frames.length - 1) * 1000) / session.spanMs : 0;
  const isSteady = rate >= promised * (1 - TOLERANCE) && rate <= promised * (1 + TOLERANCE);
  return { session, promised, rate: Math.round(rate * 10) / 10, isSteady };
}
