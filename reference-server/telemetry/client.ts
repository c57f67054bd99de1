import type { WebSocket } from "ws";
import type { Metrics } from "../observe/metrics.ts";
import type { ClientMessage } from "./messages.ts";
import { readClientMessage } from "./messages.ts";

export type Format = "binary" | "json";

/** A connection that lags this far behind is left out of frames until it has caught up: about a minute of frames. */
const MOST_BUFFERED_BYTES = 256 * 1024;

/** Messages a client may send per second: a pose per frame at the fastest rate (240 Hz), and a margin. */
const MOST_MESSAGES_PER_SECOND = 300;

/** Wrong messages after which a client is no client of ours. */
const MOST_PROBLEMS = 10;

/** Close codes of RFC 6455 and its registry. */
export const CLOSE = { policy: 1008, restart: 1012, tryLater: 1013 } as const;

/** One connected telemetry client. */
export class TelemetryClient {
  readonly socket: WebSocket;
  /** The player whose poses this client sends, if it plays. */
  player: string | undefined;
  format: Format;
  alive = true;
  readonly #metrics: Metrics;
  #problems = 0;
  #second = 0;
  #messages = 0;

  constructor(socket: WebSocket, args: { player: string | undefined; format: Format; metrics: Metrics }) {
    this.socket = socket;
    this.player = args.player;
    this.format = args.format;
    this.#metrics = args.metrics;
    socket.on("pong", () => {
      this.alive = true;
    });
    // A broken connection is followed by `close`, which is where it ends.
    socket.on("error", () => undefined);
  }

  onMessage(handle: (message: ClientMessage) => void): void {
    this.socket.on("message", (data, isBinary) => {
      if (this.#tooMany()) {
        this.socket.close(CLOSE.policy, "too many messages");
        return;
      }
      const read = isBinary ? { problem: "Only text messages are read." } : readClientMessage(String(data));
      if ("message" in read) handle(read.message);
      else this.refuse("invalid_message", read.problem);
    });
  }

  /** Sends one of the protocol's text messages. */
  tell(message: { readonly type: string } & Readonly<Record<string, unknown>>): void {
    this.socket.send(JSON.stringify(message));
  }

  refuse(error: string, message: string): void {
    this.tell({ type: "error", error, message });
    this.#problems += 1;
    if (this.#problems >= MOST_PROBLEMS) this.socket.close(CLOSE.policy, "too many wrong messages");
  }

  /** @returns whether the frame was handed to the connection. */
  send(frame: string | Buffer): boolean {
    if (this.socket.readyState !== this.socket.OPEN) return false;
    if (this.socket.bufferedAmount > MOST_BUFFERED_BYTES) {
      this.#metrics.count("spacetime_telemetry_frames_dropped_total");
      return false;
    }
    this.socket.send(frame);
    return true;
  }

  #tooMany(): boolean {
    const second = Math.floor(Date.now() / 1000);
    if (second !== this.#second) {
      this.#second = second;
      this.#messages = 0;
    }
    this.#messages += 1;
    return this.#messages > MOST_MESSAGES_PER_SECOND;
  }
}
