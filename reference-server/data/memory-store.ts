import type { PlayerRecord, SnapshotInfo, Store, WorldObject } from "./store.ts";

/** Players and the world for as long as the process lives: what a server without a database has. */
export class MemoryStore implements Store {
  readonly kind = "memory";
  readonly problem = undefined;
  readonly #players = new Map<string, PlayerRecord>();
  readonly #world = new Map<string, WorldObject>();

  async start(): Promise<void> {}

  async ping(): Promise<void> {}

  async stop(): Promise<void> {}

  async player(id: string): Promise<PlayerRecord | undefined> {
    return this.#players.get(id);
  }

  async savePlayer(record: PlayerRecord): Promise<void> {
    this.#players.set(record.id, record);
  }

  async erasePlayer(id: string): Promise<boolean> {
    return this.#players.delete(id);
  }

  async world(): Promise<readonly WorldObject[]> {
    return [...this.#world.values()];
  }

  async saveWorld(changed: readonly WorldObject[], removed: readonly string[]): Promise<void> {
    for (const object of changed) this.#world.set(object.id, object);
    for (const id of removed) this.#world.delete(id);
  }

  async snapshot(): Promise<void> {
    throw new Error("Snapshots need a database, and this server has none.");
  }

  async snapshots(): Promise<readonly SnapshotInfo[]> {
    return [];
  }
}
