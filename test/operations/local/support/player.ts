import { request } from "node:https";
import WebSocket from "ws";
import { eventually } from "../../../support/ports.ts";

interface PlayerTarget {
  readonly url: string;
  readonly telemetryUrl: string;
  readonly ca: Buffer;
  /** The service token, which may act for any player. */
  readonly token: string;
}

/** Reconnection attempts before a session counts as lost. */
const MAX_ATTEMPTS = 20;

const RETRY_INTERVAL_MS = 100;

/** A player that follows the protocol: on `reconnect` it connects again and resumes its session with the token. */
export class Player {
  readonly #where: PlayerTarget;
  readonly #id: string;
  #socket: WebSocket | undefined;
  #resumed = 0;
  #leaving = false;
  session: string | undefined;
  lost = false;

  private constructor(where: PlayerTarget, id: string) {
    this.#where = where;
    this.#id = id;
  }

  static async join(where: PlayerTarget, id: string): Promise<Player> {
    const player = new Player(where, id);
    player.session = await openSession(where, id);
    await player.#connect();
    return player;
  }

  get connected(): boolean {
    return this.#socket?.readyState === WebSocket.OPEN;
  }

  async resumed(times: number): Promise<void> {
    await eventually(`${this.#id} resumed ${times} times`, 30, () =>
      this.#resumed >= times || this.lost ? true : undefined,
    );
  }

  leave(): void {
    this.#leaving = true;
    this.#socket?.terminate();
  }

  async #connect(): Promise<void> {
    const { telemetryUrl, ca, token } = this.#where;
    const socket = new WebSocket(`${telemetryUrl}?player=${this.#id}&format=json`, {
      ca,
      headers: { Authorization: `Bearer ${token}`, "X-Rate-Limit-Bucket": this.#id },
    });
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    socket.on("open", () => resolve());
    socket.on("error", reject);
    socket.on("message", (data) => this.#hear(JSON.parse(String(data)) as Message, socket));
    await promise;
    this.#socket = socket;
  }

  #hear(message: Message, socket: WebSocket): void {
    if (message.type === "reconnect") void this.#move(message.hand_over_token, socket);
    if (message.type === "resumed") {
      this.session = message.session;
      this.#resumed += 1;
    }
    if (message.type === "error") this.lost = true;
  }

  async #move(token: string | undefined, old: WebSocket): Promise<void> {
    for (let attempt = 1; attempt <= MAX_ATTEMPTS && !this.#leaving; attempt += 1) {
      try {
        await this.#connect();
        this.#socket?.send(JSON.stringify({ type: "resume", hand_over_token: token }));
        old.close();
        return;
      } catch {
        await new Promise((resolve) => setTimeout(resolve, RETRY_INTERVAL_MS));
      }
    }
    this.lost = !this.#leaving;
  }
}

interface Message {
  readonly type: string;
  readonly session?: string;
  readonly hand_over_token?: string;
}

/** Creates a player with a session. @returns the session's name */
export function openSession(
  { url, ca, token }: Pick<PlayerTarget, "url" | "ca" | "token">,
  id: string,
  name = id,
): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const headers = {
    Authorization: `Bearer ${token}`,
    "Content-Type": "application/json",
    "X-Rate-Limit-Bucket": id,
  };
  const sent = request(`${url}/players`, { method: "POST", ca, headers, agent: false }, (response) => {
    let text = "";
    response.on("data", (chunk) => {
      text += chunk;
    });
    response.on("end", () => {
      const { session } = JSON.parse(text) as { session?: { session: string } };
      if (session === undefined) reject(new Error(`No session: ${text}`));
      else resolve(session.session);
    });
  });
  sent.on("error", reject);
  sent.end(JSON.stringify({ id, name }));
  return promise;
}
