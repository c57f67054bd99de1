import type { Store } from "../data/store.ts";
import { messageOf } from "../errors.ts";
import type { Log } from "../observe/log.ts";
import type { Metrics } from "../observe/metrics.ts";
import type { Settings } from "../settings/settings.ts";
import type { World } from "./world.ts";

/** Snapshots of the whole world in the database, which the database's backup carries away. */
export class Snapshots {
  readonly #settings: Settings["backup"];
  readonly #store: Store;
  readonly #world: World;
  readonly #metrics: Metrics;
  readonly #log: Log;

  constructor(args: {
    settings: Settings["backup"];
    store: Store;
    world: World;
    metrics: Metrics;
    log: Log;
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
      await this.#store.snapshot(this.#world.objects, this.#settings.count);
    } catch (error) {
      this.#metrics.count("spacetime_world_snapshots_total", { result: "failed" });
      this.#log.error("the world's snapshot failed", { reason: messageOf(error) });
      throw error;
    }
    this.#metrics.count("spacetime_world_snapshots_total", { result: "saved" });
    this.#metrics.set("spacetime_world_last_snapshot_timestamp_seconds", Date.now() / 1000);
  }
}
