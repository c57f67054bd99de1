import WebSocket from "ws";
import { redactSecretsAndJwts, type Secret } from "../secret.ts";
import type { Target } from "../target/target.ts";
import { NoResponseError, tlsServerName } from "./http.ts";

/** One frame as a client sees it, whatever its encoding. */
export interface TelemetryFrame {
  readonly frame: number;
  /** Unix time of the server, milliseconds. */
  readonly timeMs: number;
  readonly fps: number;
  /** Ids of the players in it. */
  readonly players: readonly string[];
}

/** What a telemetry client was sent while it listened. */
export interface TelemetrySession {
  /** Whether the WebSocket handshake was completed. */
  readonly opened: boolean;
  /** The HTTP status of a refusal. */
  readonly refusedWith?: number;
  /** The code with which the server closed. */
  readonly closedWith?: number;
  readonly welcome?: { readonly server?: unknown; readonly format?: unknown; readonly rate_hz?: unknown };
  readonly frames: readonly TelemetryFrame[];
  /** Messages that are neither a frame nor known text. */
  readonly unknown: number;
  /** Milliseconds between the first and the last frame. */
  readonly spanMs: number;
}

export interface ListenOptions {
  /** Frames after which it has heard enough. */
  readonly frames: number;
  /** Milliseconds that it listens at most. */
  readonly ms: number;
  readonly format?: "binary" | "json";
  readonly as?: Secret | "service" | "none";
  /** Messages to send as soon as it is open. */
  readonly say?: readonly unknown[];
  /** A player in whose name it speaks; only for the service token. */
  readonly player?: string;
}

/** Connects, listens and leaves. @throws Unanswered when there is no connection at all. */
export type ListenToTelemetry = (listen: ListenOptions) => Promise<TelemetrySession>;

/** A frame of the contract (telemetry.md): magic, version, 24 bytes of head, then the players. */
export function parseBinaryFrame(data: Buffer): TelemetryFrame | undefined {
  if (data.length < 24 || data[0] !== 0x53 || data[1] !== 1) return undefined;
  const players: string[] = [];
  let at = 24;
  for (let left = data.readUInt16LE(2); left > 0; left -= 1) {
    const end = at + 1 + (data[at] ?? 0);
    if (end + 28 > data.length) return undefined;
    players.push(data.toString("utf8", at + 1, end));
    at = end + 28;
  }
  if (at !== data.length) return undefined;
  return { frame: data.readUInt32LE(4), timeMs: data.readDoubleLE(8), fps: data.readFloatLE(16), players };
}

function parseJsonFrame(message: Readonly<Record<string, unknown>>): TelemetryFrame | undefined {
  const { frame, time_ms: timeMs, fps, players } = message;
  if (typeof frame !== "number" || typeof timeMs !== "number" || typeof fps !== "number") return undefined;
  if (!Array.isArray(players)) return undefined;
  return { frame, timeMs, fps, players: players.map(({ id }) => String(id)) };
}

/** Collects what one connection is sent. */
class SessionRecorder {
  opened = false;
  refusedWith: number | undefined;
  closedWith: number | undefined;
  unknown = 0;
  readonly frames: TelemetryFrame[] = [];
  welcome: TelemetrySession["welcome"];
  #first = 0;
  #last = 0;

  take(data: Buffer, isBinary: boolean): void {
    const frame = isBinary ? parseBinaryFrame(data) : this.#text(data);
    if (frame === "known") return;
    if (frame === undefined) {
      this.unknown += 1;
      return;
    }
    this.#last = performance.now();
    if (this.frames.length === 0) this.#first = this.#last;
    this.frames.push(frame);
  }

  #text(data: Buffer): TelemetryFrame | "known" | undefined {
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
    const { opened, refusedWith, closedWith, welcome, frames, unknown } = this;
    return {
      opened,
      frames,
      unknown,
      spanMs: this.#last - this.#first,
      ...(refusedWith === undefined ? {} : { refusedWith }),
      ...(closedWith === undefined ? {} : { closedWith }),
      ...(welcome === undefined ? {} : { welcome }),
    };
  }
}

/** The telemetry client of one run. */
export function createTelemetryClient(
  target: Target,
  options: { readonly bucket: string; readonly signal: AbortSignal; readonly timeoutMs: number },
): ListenToTelemetry {
  return (listen) => {
    const { promise, resolve, reject } = Promise.withResolvers<TelemetrySession>();
    const socket = openSocket(target, listen, options);
    const listener = new SessionRecorder();
    const done = (): void => {
      clearTimeout(timer);
      options.signal.removeEventListener("abort", done);
      socket.terminate();
      resolve(listener.session());
    };
    let timer = setTimeout(done, options.timeoutMs);
    options.signal.addEventListener("abort", done);
    socket.on("open", () => {
      listener.opened = true;
      clearTimeout(timer);
      timer = setTimeout(done, listen.ms);
      for (const message of listen.say ?? []) socket.send(JSON.stringify(message));
    });
    socket.on("message", (data: Buffer, isBinary) => {
      listener.take(data, isBinary);
      if (listener.frames.length >= listen.frames) done();
    });
    socket.on("unexpected-response", (_request, response) => {
      listener.refusedWith = response.statusCode;
      done();
    });
    socket.on("close", (code) => {
      listener.closedWith = code;
      done();
    });
    socket.on("error", (error) => {
      const isSettled = listener.opened || listener.refusedWith !== undefined;
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
  { format, player, as = "service" }: ListenOptions,
  { bucket, timeoutMs }: { readonly bucket: string; readonly timeoutMs: number },
): WebSocket {
  const url = new URL(target.telemetryUrl);
  if (format !== undefined) url.searchParams.set("format", format);
  if (player !== undefined) url.searchParams.set("player", player);
  const token = typeof as === "object" ? as : as === "service" ? target.apiToken : undefined;
  // The library passes what it does not know on to the TLS connection.
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
      ...(token !== undefined && as === "service" ? { "X-Rate-Limit-Bucket": bucket } : {}),
    },
  });
}
