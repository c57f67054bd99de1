import type { GameStore, PlayerRecord, SnapshotInfo, WorldObject } from "./game-store.ts";

/** Keeps players and the world in memory, for a server without a database. */
export class MemoryStore implements GameStore {
  readonly kind = "memory";
  readonly problem = undefined;
  readonly #players = new Map<string, PlayerRecord>();
  readonly #world = new Map<string, WorldObject>();

  async start(): Promise<void> {}

  async ping(): Promise<void> {}

  async stop(): Promise<void> {}

  async getPlayer(id: string): Promise<PlayerRecord | undefined> {
    return this.#players.get(id);
  }

  async savePlayer(record: PlayerRecord): Promise<void> {
    this.#players.set(record.id, record);
  }

  async erasePlayer(id: string): Promise<boolean> {
    return this.#players.delete(id);
  }

  async loadWorld(): Promise<readonly WorldObject[]> {
    return [...this.#world.values()];
  }

  async saveWorld(changed: readonly WorldObject[], removed: readonly string[]): Promise<void> {
    for (const object of changed) this.#world.set(object.id, object);
    for (const id of removed) this.#world.delete(id);
  }

  async saveSnapshot(): Promise<void> {
    throw new Error("Snapshots require a database, and none is configured (GODOT_DATABASE_HOST).");
  }

  async listSnapshots(): Promise<readonly SnapshotInfo[]> {
    return [];
  }
}
