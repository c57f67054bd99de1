import type { GameStore } from "../data/game-store.ts";
import { messageOf } from "../errors.ts";
import type { Logger } from "../observability/logger.ts";
import type { Metrics } from "../observability/metrics.ts";
import type { Settings } from "../settings/settings.ts";
import type { World } from "./world.ts";

/** Snapshots of the whole world in the database, which the database's backup carries away. */
export class Snapshots {
  readonly #settings: Settings["backup"];
  readonly #store: GameStore;
  readonly #world: World;
  readonly #metrics: Metrics;
  readonly #log: Logger;

  constructor(args: {
    settings: Settings["backup"];
    store: GameStore;
    world: World;
    metrics: Metrics;
    log: Logger;
  }) {
    this.#settings = args.settings;
    this.#store = args.store;
    this.#world = args.world;
    this.#metrics = args.metrics;
    this.#log = args.log;
  }

  /** @throws when snapshots are off, or the store cannot keep one. */
  async take(): Promise<void> {
    if (!this.#settings.enabled)
      throw new Error("Snapshots are switched off (GODOT_BACKUP_SNAPSHOTS_ENABLED).");
    try {
      await this.#world.save();
      await this.#store.saveSnapshot(this.#world.objects, this.#settings.count);
    } catch (error) {
      this.#metrics.increment("spacetime_world_snapshots_total", { result: "failed" });
      this.#log.error("the world's snapshot failed", { reason: messageOf(error) });
      throw error;
    }
    this.#metrics.increment("spacetime_world_snapshots_total", { result: "saved" });
    this.#metrics.set("spacetime_world_last_snapshot_timestamp_seconds", Date.now() / 1000);
  }
}
