import type { Logger } from "./observability/logger.ts";
import type { Players } from "./players/players.ts";
import type { TelemetryServer } from "./telemetry/telemetry-server.ts";
import type { World } from "./world/world.ts";

/** The progress of a drain, as GET /drain returns it. */
interface DrainState {
  readonly state: "serving" | "draining" | "drained";
  /** Sessions and telemetry clients that are still on this server. */
  readonly sessions: number;
  readonly clients: number;
  /** Sessions that received a hand-over token since the drain started. */
  readonly handed_over: number;
  /** Remaining milliseconds of GODOT_DRAIN_TIMEOUT_SECONDS; absent while serving. */
  readonly remaining_ms?: number;
}

interface DrainOptions {
  readonly timeoutSeconds: number;
  readonly players: Players;
  readonly world: World;
  readonly telemetry: () => TelemetryServer;
  readonly log: Logger;
  readonly onStart: () => void;
}

/** Polling interval for remaining clients. */
const POLL_INTERVAL_MS = 25;

/** Drains the server: rejects new sessions, hands over existing ones, and ends when all clients have left or time is up. */
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

  /** Starts the drain or joins the running one. @returns when all clients have left or were disconnected. */
  run(): Promise<void> {
    this.#finished ??= this.#run();
    return this.#finished;
  }

  async #run(): Promise<void> {
    const { timeoutSeconds, players, world, telemetry, log } = this.#options;
    this.#deadline = Date.now() + timeoutSeconds * 1000;
    this.#options.onStart();
    log.info("drain started; new sessions are rejected and existing sessions are handed over", {
      sessions: players.count,
    });
    await this.#handOver(this.#deadline);
    while (telemetry().count > 0 && Date.now() < this.#deadline) {
      await new Promise((resolve) => setTimeout(resolve, POLL_INTERVAL_MS));
    }
    if (telemetry().count > 0)
      log.warning("drain timeout reached; remaining clients disconnected", { clients: telemetry().count });
    telemetry().closeAll();
    await world.save().catch(() => log.error("world could not be saved during the drain"));
    this.#done = true;
    log.info("drain finished");
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
