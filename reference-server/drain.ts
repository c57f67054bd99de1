import type { Logger } from "./observability/logger.ts";
import type { Players } from "./players/players.ts";
import type { TelemetryServer } from "./telemetry/telemetry-server.ts";
import type { World } from "./world/world.ts";

/** Where a drain stands, as GET /drain answers it. */
export interface DrainState {
  readonly state: "serving" | "draining" | "drained";
  /** Sessions and telemetry clients that are still here. */
  readonly sessions: number;
  readonly clients: number;
  /** Sessions that were given a hand-over token since the drain began. */
  readonly handed_over: number;
  /** Milliseconds that are left of GODOT_DRAIN_TIMEOUT_SECONDS; absent while serving. */
  readonly remaining_ms?: number;
}

export interface DrainOptions {
  readonly timeoutSeconds: number;
  readonly players: Players;
  readonly world: World;
  readonly telemetry: () => TelemetryServer;
  readonly log: Logger;
  readonly onStart: () => void;
}

/** How often the drain looks whether everybody has left. */
const POLL_INTERVAL_MS = 25;

/** Leaves without losing a session: no new ones, a token for each, and an end when the last is gone or time is up. */
export class Drain {
  readonly #options: DrainOptions;
  #deadline: number | undefined;
  #handedOver = 0;
  #finished: Promise<void> | undefined;
  #done = false;

  constructor(options: DrainOptions) {
    this.#options = options;
  }

  get active(): boolean {
    return this.#finished !== undefined;
  }

  get state(): DrainState {
    const counts = {
      sessions: this.#options.players.count,
      clients: this.#options.telemetry().count,
      handed_over: this.#handedOver,
    };
    if (this.#deadline === undefined) return { state: "serving", ...counts };
    const remaining_ms = Math.max(0, this.#deadline - Date.now());
    return { state: this.#done ? "drained" : "draining", ...counts, remaining_ms };
  }

  /** Begins the drain, or joins the one that goes on. @returns when everybody has left or was closed. */
  run(): Promise<void> {
    this.#finished ??= this.#run();
    return this.#finished;
  }

  async #run(): Promise<void> {
    const { timeoutSeconds, players, world, telemetry, log } = this.#options;
    this.#deadline = Date.now() + timeoutSeconds * 1000;
    this.#options.onStart();
    log.info("draining: no new sessions, present ones are handed over", { sessions: players.count });
    await this.#handOver(this.#deadline);
    while (telemetry().count > 0 && Date.now() < this.#deadline) {
      await new Promise((resolve) => setTimeout(resolve, POLL_INTERVAL_MS));
    }
    if (telemetry().count > 0)
      log.warning("closed clients that did not hand over", { clients: telemetry().count });
    telemetry().closeAll();
    await world.save().catch(() => log.error("the world could not be saved while draining"));
    this.#done = true;
    log.info("drained");
  }

  async #handOver(deadline: number): Promise<void> {
    const { players, telemetry } = this.#options;
    const tokens = new Map<string, string>();
    for (const session of players.sessions) tokens.set(session.player, await players.handOver(session));
    for (const client of telemetry().clients) {
      const token = client.player === undefined ? undefined : tokens.get(client.player);
      client.sendMessage({
        type: "reconnect",
        reason: "draining",
        deadline_ms: deadline,
        ...(token === undefined ? {} : { hand_over_token: token }),
      });
    }
    for (const player of tokens.keys()) await players.completeHandOver(player);
    this.#handedOver = tokens.size;
  }
}
