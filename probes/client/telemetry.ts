import WebSocket from "ws";
import { redactSecretsAndJwts, type Secret } from "../secret.ts";
import type { Target } from "../target/target.ts";
import { NoResponseError, tlsServerName } from "./http.ts";

/** A decoded frame, in either encoding. */
export interface TelemetryFrame {
  readonly frame: number;
  /** Unix time of the server in milliseconds. */
  readonly timeMs: number;
  readonly fps: number;
  /** Ids of the players in the frame. */
  readonly players: readonly string[];
}

/** The messages that a telemetry client received. */
export interface TelemetrySession {
  /** Whether the WebSocket handshake was completed. */
  readonly opened: boolean;
  /** HTTP status of a rejected handshake. */
  readonly rejectedStatus?: number;
  /** Close code, if the server closed the connection. */
  readonly closeCode?: number;
  readonly welcome?: { readonly server?: unknown; readonly format?: unknown; readonly rate_hz?: unknown };
  readonly frames: readonly TelemetryFrame[];
  /** Number of messages that are neither frames nor part of the contract. */
  readonly unknown: number;
  /** Milliseconds between the first and the last frame. */
  readonly spanMs: number;
}

export interface ListenOptions {
  /** Number of frames after which the client disconnects. */
  readonly frames: number;
  /** Maximum duration of the session, in milliseconds. */
  readonly ms: number;
  readonly format?: "binary" | "json";
  readonly auth?: Secret | "service" | "none";
  /** Messages to send when the connection is open. */
  readonly send?: readonly unknown[];
  /** The player on whose behalf the client connects; only with the service token. */
  readonly player?: string;
}

/** Connects, receives frames and disconnects. @throws NoResponseError if the connection fails */
export type ListenToTelemetry = (options: ListenOptions) => Promise<TelemetrySession>;

/** Parses a binary frame (reference-server/contract/telemetry.md): a header of 24 bytes, then the players. */
export function parseBinaryFrame(data: Buffer): TelemetryFrame | undefined {
  if (data.length < 24 || data[0] !== 0x53 || data[1] !== 1) return undefined;
  const players: string[] = [];
  let offset = 24;
  for (let remaining = data.readUInt16LE(2); remaining > 0; remaining -= 1) {
    const end = offset + 1 + (data[offset] ?? 0);
    if (end + 28 > data.length) return undefined;
    players.push(data.toString("utf8", offset + 1, end));
    offset = end + 28;
  }
  if (offset !== data.length) return undefined;
  return { frame: data.readUInt32LE(4), timeMs: data.readDoubleLE(8), fps: data.readFloatLE(16), players };
}

function parseJsonFrame(message: Readonly<Record<string, unknown>>): TelemetryFrame | undefined {
  const { frame, time_ms: timeMs, fps, players } = message;
  if (typeof frame !== "number" || typeof timeMs !== "number" || typeof fps !== "number") return undefined;
  if (!Array.isArray(players)) return undefined;
  return { frame, timeMs, fps, players: players.map(({ id }) => String(id)) };
}

/** Records the messages of one connection. */
class SessionRecorder {
  opened = false;
  rejectedStatus: number | undefined;
  closeCode: number | undefined;
  unknown = 0;
  readonly frames: TelemetryFrame[] = [];
  welcome: TelemetrySession["welcome"];
  #firstFrameMs = 0;
  #lastFrameMs = 0;

  record(data: Buffer, isBinary: boolean): void {
    const frame = isBinary ? parseBinaryFrame(data) : this.#parseText(data);
    if (frame === "known") return;
    if (frame === undefined) {
      this.unknown += 1;
      return;
    }
    this.#lastFrameMs = performance.now();
    if (this.frames.length === 0) this.#firstFrameMs = this.#lastFrameMs;
    this.frames.push(frame);
  }

  #parseText(data: Buffer): TelemetryFrame | "known" | undefined {
    let message: Readonly<Record<string, unknown>>;
    try {
      message = JSON.parse(data.toString("utf8"));
    } catch {
      return undefined;
    }
    if (message.type === "welcome") this.welcome = message;
    if (message.type === "frame") return parseJsonFrame(message);
    return ["welcome", "resumed", "reconnect", "error"].includes(String(message.type)) ? "known" : undefined;
  }

  session(): TelemetrySession {
    const { opened, rejectedStatus, closeCode, welcome, frames, unknown } = this;
    return {
      opened,
      frames,
      unknown,
      spanMs: this.#lastFrameMs - this.#firstFrameMs,
      ...(rejectedStatus === undefined ? {} : { rejectedStatus }),
      ...(closeCode === undefined ? {} : { closeCode }),
      ...(welcome === undefined ? {} : { welcome }),
    };
  }
}

/** Creates the telemetry client of one run. */
export function createTelemetryClient(
  target: Target,
  defaults: { readonly bucket: string; readonly signal: AbortSignal; readonly timeoutMs: number },
): ListenToTelemetry {
  return (options) => {
    const { promise, resolve, reject } = Promise.withResolvers<TelemetrySession>();
    const socket = openSocket(target, options, defaults);
    const recorder = new SessionRecorder();
    const done = (): void => {
      clearTimeout(timer);
      defaults.signal.removeEventListener("abort", done);
      socket.terminate();
      resolve(recorder.session());
    };
    let timer = setTimeout(done, defaults.timeoutMs);
    defaults.signal.addEventListener("abort", done);
    socket.on("open", () => {
      recorder.opened = true;
      clearTimeout(timer);
      timer = setTimeout(done, options.ms);
      for (const message of options.send ?? []) socket.send(JSON.stringify(message));
    });
    socket.on("message", (data: Buffer, isBinary) => {
      recorder.record(data, isBinary);
      if (recorder.frames.length >= options.frames) done();
    });
    socket.on("unexpected-response", (_request, response) => {
      recorder.rejectedStatus = response.statusCode;
      done();
    });
    socket.on("close", (code) => {
      recorder.closeCode = code;
      done();
    });
    socket.on("error", (error) => {
      const isSettled = recorder.opened || recorder.rejectedStatus !== undefined;
      if (!isSettled)
        reject(
          new NoResponseError(redactSecretsAndJwts(`telemetry: ${describeError(error)}`, secretsOf(target))),
        );
      done();
    });
    return promise;
  };
}

function describeError(error: Error & { readonly code?: string }): string {
  return error.message === "" ? (error.code ?? "no connection") : error.message;
}

function secretsOf({ apiToken, metricsToken }: Target): readonly Secret[] {
  return [apiToken, metricsToken].flatMap((secret) => secret ?? []);
}

function openSocket(
  target: Target,
  { format, player, auth = "service" }: ListenOptions,
  { bucket, timeoutMs }: { readonly bucket: string; readonly timeoutMs: number },
): WebSocket {
  const url = new URL(target.telemetryUrl);
  if (format !== undefined) url.searchParams.set("format", format);
  if (player !== undefined) url.searchParams.set("player", player);
  const token = typeof auth === "object" ? auth : auth === "service" ? target.apiToken : undefined;
  // ws passes unknown options to the TLS connection.
  const tls = {
    rejectUnauthorized: true,
    ...tlsServerName(target),
    ...(target.authority === undefined ? {} : { ca: target.authority }),
  };
  return new WebSocket(url, {
    ...tls,
    handshakeTimeout: timeoutMs,
    maxPayload: 2 ** 20,
    headers: {
      Host: url.port === "" ? target.serverName : `${target.serverName}:${url.port}`,
      "User-Agent": "spacetime-vr-probes",
      ...(token === undefined ? {} : { Authorization: `Bearer ${token.reveal()}` }),
      ...(token !== undefined && auth === "service" ? { "X-Rate-Limit-Bucket": bucket } : {}),
    },
  });
}
