import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { WebSocketServer } from "ws";
import { Ticker, type Timers } from "../engine/timers.ts";
import { messageOf } from "../errors.ts";
import type { Metrics } from "../observability/metrics.ts";
import type { Players } from "../players/players.ts";
import type { Settings } from "../settings/settings.ts";
import type { ClientMessage } from "./client-messages.ts";
import { CLOSE_CODES, type FrameFormat, TelemetryClient } from "./telemetry-client.ts";
import { encodeBinary, encodeJson, type TelemetryFrame } from "./telemetry-frame.ts";

/** The subprotocol; a client that cannot set headers also offers its token as `bearer.<token>`. */
const SUBPROTOCOL = "spacetime.telemetry.v1";

/** Ping interval; a connection without a pong until the next ping is closed. The gateway times out after 60 s. */
const HEARTBEAT_SECONDS = 20;

/** Largest message that a client may send. */
const MAX_MESSAGE_BYTES = 8192;

interface TelemetryServerOptions {
  readonly server: string;
  readonly settings: Settings["telemetry"];
  readonly players: Players;
  readonly metrics: Metrics;
  readonly frame: () => TelemetryFrame;
}

/** An accepted handshake. */
export interface AcceptedHandshake {
  readonly player: string | undefined;
  readonly format: FrameFormat;
}

/** The telemetry stream: sends every frame to every client, encoded once per format. */
export class TelemetryServer {
  readonly #options: TelemetryServerOptions;
  readonly #sockets: WebSocketServer;
  readonly #clients = new Set<TelemetryClient>();
  readonly #ticker: Ticker;

  constructor(options: TelemetryServerOptions) {
    const { compression, compressionMinBytes, rateHz } = options.settings;
    this.#options = options;
    this.#sockets = new WebSocketServer({
      noServer: true,
      clientTracking: false,
      maxPayload: MAX_MESSAGE_BYTES,
      perMessageDeflate: compression === "deflate" ? { threshold: compressionMinBytes } : false,
      handleProtocols: (offered) => (offered.has(SUBPROTOCOL) ? SUBPROTOCOL : false),
    });
    this.#ticker = new Ticker(rateHz, () => this.#send());
  }

  get clients(): readonly TelemetryClient[] {
    return [...this.#clients];
  }

  get count(): number {
    return this.#clients.size;
  }

  start(timers: Timers): void {
    this.#ticker.start();
    timers.every(HEARTBEAT_SECONDS, () => this.#heartbeat());
  }

  stop(): void {
    this.#ticker.stop();
    for (const { socket } of this.#clients) socket.terminate();
    this.#sockets.close();
  }

  /** Completes an accepted handshake. */
  accept(request: IncomingMessage, socket: Duplex, head: Buffer, accepted: AcceptedHandshake): void {
    const { settings, metrics, server } = this.#options;
    this.#sockets.handleUpgrade(request, socket, head, (webSocket) => {
      if (this.#clients.size >= settings.maxClients) {
        metrics.increment("spacetime_telemetry_connections_total", { result: "full" });
        webSocket.on("error", () => undefined);
        webSocket.close(CLOSE_CODES.tryLater, "telemetry client limit reached");
        return;
      }
      metrics.increment("spacetime_telemetry_connections_total", { result: "accepted" });
      const client = new TelemetryClient(webSocket, { ...accepted, metrics });
      this.#clients.add(client);
      webSocket.on("close", () => this.#clients.delete(client));
      client.onMessage((message) => void this.#handle(client, message));
      client.sendMessage({ type: "welcome", server, format: client.format, rate_hz: settings.rateHz });
    });
  }

  /** Closes all connections with 1012, which clients treat as "reconnect". */
  closeAll(): void {
    for (const { socket } of this.#clients) socket.close(CLOSE_CODES.restart, "server is shutting down");
  }

  async #handle(client: TelemetryClient, message: ClientMessage): Promise<void> {
    switch (message.type) {
      case "format":
        client.format = message.format;
        return;
      case "pose":
        if (client.player === undefined || this.#options.players.getSession(client.player) === undefined) {
          client.sendError("no_session", "Join with POST /players before sending poses.");
          return;
        }
        this.#options.players.move(client.player, message.position, message.rotation);
        return;
      case "resume":
        await this.#resume(client, message.hand_over_token);
    }
  }

  async #resume(client: TelemetryClient, token: string): Promise<void> {
    try {
      const { session } = await this.#options.players.resume(token);
      client.player = session.player;
      client.sendMessage({ type: "resumed", session: session.session, player: session.player });
    } catch (error) {
      client.sendError("invalid_hand_over", messageOf(error));
    }
  }

  #send(): void {
    if (this.#clients.size === 0) return;
    const { metrics } = this.#options;
    const frame = this.#options.frame();
    const encoded: { binary?: Buffer; json?: string } = {};
    const sent = { binary: 0, json: 0 };
    for (const client of this.#clients) {
      const { format } = client;
      encoded[format] ??= (format === "binary" ? encodeBinary(frame) : encodeJson(frame)) as string & Buffer;
      if (client.sendFrame(encoded[format])) sent[format] += 1;
    }
    for (const format of ["binary", "json"] as const) {
      if (sent[format] === 0) continue;
      const bytes = Buffer.byteLength(encoded[format] ?? "") * sent[format];
      metrics.increment("spacetime_telemetry_frames_sent_total", { format }, sent[format]);
      metrics.increment("spacetime_telemetry_sent_bytes_total", {}, bytes);
    }
  }

  #heartbeat(): void {
    for (const client of this.#clients) {
      if (!client.alive) {
        client.socket.terminate();
        continue;
      }
      client.alive = false;
      client.socket.ping();
      if (client.player !== undefined) this.#options.players.recordActivity(client.player);
    }
  }
}
