import { isIP } from "node:net";
import WebSocket from "ws";
import { errorCode } from "../../components/shared/error-code.ts";
import type { Target } from "../target/target.ts";
import { parseRetryAfter } from "./rate-limit-tracker.ts";

export interface TelemetryConnectionOptions {
  readonly target: Target;
  /** The player on whose behalf the service token connects. */
  readonly player: string;
  readonly bucket: string;
  readonly timeoutMs: number;
}

/** Events of a connection. */
export interface TelemetryConnectionEvents {
  readonly onFrame: () => void;
  /** The server drains and requests a reconnect; the token transfers the session to the next server. */
  readonly onReconnectRequest: (handOverToken: string | undefined) => void;
  readonly onClose: () => void;
}

/**
 * A connection that could not be opened. The message is a short text of this library, because reports count by it;
 * `retryAfterSeconds` is the server's Retry-After, if it sent one.
 */
export class NotConnectedError extends Error {
  readonly retryAfterSeconds: number | undefined;

  constructor(reason: string, retryAfter?: number) {
    super(reason);
    this.name = "NotConnectedError";
    this.retryAfterSeconds = retryAfter;
  }
}

/** Result of presenting a hand-over token; `broken` if the connection ended before the server replied. */
export type ResumeOutcome = "resumed" | "rejected" | "broken";

/** Header of a binary frame: magic byte, version and minimum length (reference-server/contract/telemetry.md). */
const FRAME_HEADER = { magic: 0x53, version: 1, minBytes: 24 } as const;

/** WebSocket close code of a server that has reached its maximum number of telemetry clients. */
const CLOSE_TRY_AGAIN_LATER = 1013;

/** A telemetry connection after the server's welcome message. */
export class TelemetryConnection {
  readonly #socket: WebSocket;
  readonly #pendingResumes: ((outcome: ResumeOutcome) => void)[] = [];
  #events: TelemetryConnectionEvents | undefined;
  #reconnectRequest: { readonly token: string | undefined } | undefined;
  #closed = false;
  #rateHz = 0;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
  }

  /** @throws NotConnectedError if the server rejects or closes the connection, or sends no welcome in time. */
  static open(options: TelemetryConnectionOptions): Promise<TelemetryConnection> {
    const { promise, resolve, reject } = Promise.withResolvers<TelemetryConnection>();
    const socket = openSocket(options);
    const connection = new TelemetryConnection(socket);
    const timer = setTimeout(() => fail(new NotConnectedError("no welcome in time")), options.timeoutMs);
    const fail = (reason: NotConnectedError): void => {
      clearTimeout(timer);
      socket.terminate();
      reject(reason);
    };
    socket.on("message", (data: Buffer, isBinary) => {
      const isWelcome = connection.#handleMessage(data, isBinary);
      if (!isWelcome) return;
      clearTimeout(timer);
      resolve(connection);
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
      connection.#handleClose();
    });
    return promise;
  }

  /** Frame rate that the server announced in its welcome message. */
  get rateHz(): number {
    return this.#rateHz;
  }

  /** Starts to deliver events; a close or a reconnect request that arrived earlier is delivered immediately. */
  subscribe(events: TelemetryConnectionEvents): void {
    this.#events = events;
    if (this.#closed) events.onClose();
    else if (this.#reconnectRequest !== undefined) events.onReconnectRequest(this.#reconnectRequest.token);
  }

  /** Requests the server to resume the session of a hand-over token. */
  resume(handOverToken: string, timeoutMs: number): Promise<ResumeOutcome> {
    if (this.#closed) return Promise.resolve("broken");
    const { promise, resolve } = Promise.withResolvers<ResumeOutcome>();
    const timer = setTimeout(() => resolve("broken"), timeoutMs);
    this.#pendingResumes.push(resolve);
    this.#socket.send(JSON.stringify({ type: "resume", hand_over_token: handOverToken }));
    return promise.finally(() => clearTimeout(timer));
  }

  /** Closes the connection normally; no further events are delivered. */
  close(): void {
    this.#events = undefined;
    this.#socket.close(1000);
    // Without this, ws waits 30 s for a server that does not reply to the close frame.
    setTimeout(() => this.#socket.terminate(), 1000).unref();
  }

  /** Terminates a stalled connection; `onClose` is still delivered. */
  terminate(): void {
    this.#socket.terminate();
  }

  /** @returns whether this was the welcome message. */
  #handleMessage(data: Buffer, isBinary: boolean): boolean {
    if (isBinary) {
      const isFrame =
        data.length >= FRAME_HEADER.minBytes &&
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
        this.#settleResumes("resumed");
        return false;
      case "error":
        this.#settleResumes("rejected");
        return false;
      case "reconnect": {
        const token = message.hand_over_token;
        this.#reconnectRequest = { token: typeof token === "string" ? token : undefined };
        this.#events?.onReconnectRequest(this.#reconnectRequest.token);
        return false;
      }
      default:
        return false;
    }
  }

  #handleClose(): void {
    this.#closed = true;
    this.#settleResumes("broken");
    this.#events?.onClose();
  }

  #settleResumes(outcome: ResumeOutcome): void {
    for (const resolve of this.#pendingResumes.splice(0)) resolve(outcome);
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
    // Frames are small, and decompression would limit the number of sessions that this machine can hold.
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
