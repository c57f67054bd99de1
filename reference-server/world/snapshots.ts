import type { GameStore } from "../data/game-store.ts";
import { messageOf } from "../errors.ts";
import type { Logger } from "../observability/logger.ts";
import type { Metrics } from "../observability/metrics.ts";
import type { Settings } from "../settings/settings.ts";
import type { World } from "./world.ts";

/** Takes snapshots of the whole world into the database, whose backups include them. */
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

  /** @throws when snapshots are disabled or cannot be saved. */
  async take(): Promise<void> {
    if (!this.#settings.enabled)
      throw new Error("Snapshots are disabled (GODOT_BACKUP_SNAPSHOTS_ENABLED=false).");
    try {
      await this.#world.save();
      await this.#store.saveSnapshot(this.#world.objects, this.#settings.count);
    } catch (error) {
      this.#metrics.increment("spacetime_world_snapshots_total", { result: "failed" });
      this.#log.error("world snapshot failed", { reason: messageOf(error) });
      throw error;
    }
    this.#metrics.increment("spacetime_world_snapshots_total", { result: "saved" });
    this.#metrics.set("spacetime_world_last_snapshot_timestamp_seconds", Date.now() / 1000);
  }
}
