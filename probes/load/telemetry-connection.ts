import { isIP } from "node:net";
import WebSocket from "ws";
import { errorCode } from "../../components/shared/error-code.ts";
import type { Target } from "../target/target.ts";
import { parseRetryAfter } from "./rate-limit-tracker.ts";

export interface TelemetryConnectionOptions {
  readonly target: Target;
  /** The player that the service token speaks for. */
  readonly player: string;
  readonly bucket: string;
  readonly timeoutMs: number;
}

/** What a connection tells whoever holds it. */
export interface TelemetryConnectionEvents {
  readonly onFrame: () => void;
  /** The server leaves and asks to be left; the token takes the session along. */
  readonly onLeave: (handOverToken: string | undefined) => void;
  readonly onEnd: () => void;
}

/** A connection that was not made: why, in a word or two of ours, and when to try again if the server said. */
export class NotConnectedError extends Error {
  readonly retryAfterSeconds: number | undefined;

  constructor(reason: string, retryAfter?: number) {
    super(reason);
    this.name = "NotConnected";
    this.retryAfterSeconds = retryAfter;
  }
}

/** What became of a hand-over token; `broken` when the connection ended before an answer. */
export type ResumeOutcome = "resumed" | "refused" | "broken";

/** A binary frame begins like this (contract/telemetry.md): magic and version, and is at least so long. */
const FRAME_HEADER = { magic: 0x53, version: 1, leastBytes: 24 } as const;

/** The close code of a server that has as many telemetry clients as it takes. */
const CLOSE_TRY_AGAIN_LATER = 1013;

/** One telemetry connection that was welcomed. */
export class TelemetryConnection {
  readonly #socket: WebSocket;
  readonly #resumes: ((outcome: ResumeOutcome) => void)[] = [];
  #events: TelemetryConnectionEvents | undefined;
  #left: { readonly token: string | undefined } | undefined;
  #ended = false;
  #rateHz = 0;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
  }

  /** @throws NotConnected when the server refuses, closes or does not answer before its welcome. */
  static open(options: TelemetryConnectionOptions): Promise<TelemetryConnection> {
    const { promise, resolve, reject } = Promise.withResolvers<TelemetryConnection>();
    const socket = openSocket(options);
    const link = new TelemetryConnection(socket);
    const timer = setTimeout(() => fail(new NotConnectedError("no welcome in time")), options.timeoutMs);
    const fail = (reason: NotConnectedError): void => {
      clearTimeout(timer);
      socket.terminate();
      reject(reason);
    };
    socket.on("message", (data: Buffer, isBinary) => {
      const welcomed = link.#take(data, isBinary);
      if (!welcomed) return;
      clearTimeout(timer);
      resolve(link);
    });
    socket.on("unexpected-response", (_request, response) => {
      const retryAfter = parseRetryAfter(response.headers["retry-after"], Date.now());
      fail(new NotConnectedError(`refused with ${response.statusCode}`, retryAfter));
    });
    socket.on("error", (error) => fail(new NotConnectedError(errorCode(error) ?? "no connection")));
    socket.on("close", (code) => {
      fail(
        new NotConnectedError(
          code === CLOSE_TRY_AGAIN_LATER ? "full (closed with 1013)" : `closed with ${code}`,
        ),
      );
      link.#end();
    });
    return promise;
  }

  /** Frames per second that the server promised. */
  get rateHz(): number {
    return this.#rateHz;
  }

  /** Begins to tell; what happened meanwhile is told at once. */
  listen(events: TelemetryConnectionEvents): void {
    this.#events = events;
    if (this.#ended) events.onEnd();
    else if (this.#left !== undefined) events.onLeave(this.#left.token);
  }

  /** Asks the server to take over the session that a token stands for. */
  resume(handOverToken: string, timeoutMs: number): Promise<ResumeOutcome> {
    if (this.#ended) return Promise.resolve("broken");
    const { promise, resolve } = Promise.withResolvers<ResumeOutcome>();
    const timer = setTimeout(() => resolve("broken"), timeoutMs);
    this.#resumes.push(resolve);
    this.#socket.send(JSON.stringify({ type: "resume", hand_over_token: handOverToken }));
    return promise.finally(() => clearTimeout(timer));
  }

  /** Leaves as a client should; nothing is told any more. */
  close(): void {
    this.#events = undefined;
    this.#socket.close(1000);
    // A server that does not answer the close would keep this process alive for half a minute.
    setTimeout(() => this.#socket.terminate(), 1000).unref();
  }

  /** Ends a connection that has gone silent; its end is told. */
  cut(): void {
    this.#socket.terminate();
  }

  /** @returns whether this was the welcome. */
  #take(data: Buffer, isBinary: boolean): boolean {
    if (isBinary) {
      const isFrame =
        data.length >= FRAME_HEADER.leastBytes &&
        data[0] === FRAME_HEADER.magic &&
        data[1] === FRAME_HEADER.version;
      if (isFrame) this.#events?.onFrame();
      return false;
    }
    const message = parseMessage(data);
    switch (message.type) {
      case "welcome":
        this.#rateHz = typeof message.rate_hz === "number" ? message.rate_hz : 0;
        return true;
      case "frame":
        this.#events?.onFrame();
        return false;
      case "resumed":
        this.#settle("resumed");
        return false;
      case "error":
        this.#settle("refused");
        return false;
      case "reconnect": {
        const token = message.hand_over_token;
        this.#left = { token: typeof token === "string" ? token : undefined };
        this.#events?.onLeave(this.#left.token);
        return false;
      }
      default:
        return false;
    }
  }

  #end(): void {
    this.#ended = true;
    this.#settle("broken");
    this.#events?.onEnd();
  }

  #settle(outcome: ResumeOutcome): void {
    for (const resolve of this.#resumes.splice(0)) resolve(outcome);
  }
}

function parseMessage(data: Buffer): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(data.toString("utf8"));
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

function openSocket({ target, player, bucket, timeoutMs }: TelemetryConnectionOptions): WebSocket {
  const { telemetryUrl, serverName, authority, apiToken } = target;
  const url = new URL(telemetryUrl);
  url.searchParams.set("format", "binary");
  if (apiToken !== undefined) url.searchParams.set("player", player);
  return new WebSocket(url, {
    handshakeTimeout: timeoutMs,
    // Frames are small, and this machine's processor shall go into holding many sessions.
    perMessageDeflate: false,
    maxPayload: 2 ** 20,
    rejectUnauthorized: true,
    ...(isIP(serverName) === 0 ? { servername: serverName } : {}),
    ...(authority === undefined ? {} : { ca: authority }),
    headers: {
      Host: url.port === "" ? serverName : `${serverName}:${url.port}`,
      "User-Agent": "spacetime-vr-load",
      ...(apiToken === undefined
        ? {}
        : { Authorization: `Bearer ${apiToken.reveal()}`, "X-Rate-Limit-Bucket": bucket }),
    },
  });
}
