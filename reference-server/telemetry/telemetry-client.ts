import type { WebSocket } from "ws";
import type { Metrics } from "../observability/metrics.ts";
import type { ClientMessage } from "./client-messages.ts";
import { parseClientMessage } from "./client-messages.ts";

export type FrameFormat = "binary" | "json";

/** Frames are dropped for a connection with more unsent bytes than this: about a minute of frames. */
const MAX_BUFFERED_BYTES = 256 * 1024;

/** Messages per second that a client may send: one pose per frame at the highest rate (240 Hz), and a margin. */
const MAX_MESSAGES_PER_SECOND = 300;

/** Invalid messages after which a client is disconnected. */
const MAX_INVALID_MESSAGES = 10;

/** Close codes of RFC 6455 and its registry. */
export const CLOSE_CODES = { policy: 1008, restart: 1012, tryLater: 1013 } as const;

/** One connected telemetry client. */
export class TelemetryClient {
  readonly socket: WebSocket;
  /** The player whose poses this client sends; undefined for an observer. */
  player: string | undefined;
  format: FrameFormat;
  alive = true;
  readonly #metrics: Metrics;
  #problems = 0;
  #second = 0;
  #messages = 0;

  constructor(
    socket: WebSocket,
    args: { player: string | undefined; format: FrameFormat; metrics: Metrics },
  ) {
    this.socket = socket;
    this.player = args.player;
    this.format = args.format;
    this.#metrics = args.metrics;
    socket.on("pong", () => {
      this.alive = true;
    });
    // `close` follows every error and does the cleanup.
    socket.on("error", () => undefined);
  }

  onMessage(handle: (message: ClientMessage) => void): void {
    this.socket.on("message", (data, isBinary) => {
      if (this.#exceedsMessageRate()) {
        this.socket.close(CLOSE_CODES.policy, "too many messages");
        return;
      }
      const read = isBinary
        ? { problem: "Binary messages are not supported; send text messages." }
        : parseClientMessage(String(data));
      if ("message" in read) handle(read.message);
      else this.sendError("invalid_message", read.problem);
    });
  }

  /** Sends a text message of the protocol. */
  sendMessage(message: { readonly type: string } & Readonly<Record<string, unknown>>): void {
    this.socket.send(JSON.stringify(message));
  }

  sendError(error: string, message: string): void {
    this.sendMessage({ type: "error", error, message });
    this.#problems += 1;
    if (this.#problems >= MAX_INVALID_MESSAGES)
      this.socket.close(CLOSE_CODES.policy, "too many invalid messages");
  }

  /** @returns whether the frame was sent. */
  sendFrame(frame: string | Buffer): boolean {
    if (this.socket.readyState !== this.socket.OPEN) return false;
    if (this.socket.bufferedAmount > MAX_BUFFERED_BYTES) {
      this.#metrics.increment("spacetime_telemetry_frames_dropped_total");
      return false;
    }
    this.socket.send(frame);
    return true;
  }

  #exceedsMessageRate(): boolean {
    const second = Math.floor(Date.now() / 1000);
    if (second !== this.#second) {
      this.#second = second;
      this.#messages = 0;
    }
    this.#messages += 1;
    return this.#messages > MAX_MESSAGES_PER_SECOND;
  }
}
