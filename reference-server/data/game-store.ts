/** A place in the world, metres. */
export type Position = readonly [number, number, number];

/** What is kept of a player. `data` belongs to the game: progress, inventory, preferences. */
export interface PlayerRecord {
  readonly id: string;
  readonly name: string;
  readonly position: Position;
  readonly data: Readonly<Record<string, unknown>>;
  /** ISO 8601. */
  readonly created_at: string;
  readonly seen_at: string;
}

/** One thing in the world. `version` grows with every change; the greater one wins between servers. */
export interface WorldObject {
  readonly id: string;
  readonly kind: string;
  readonly position: Position;
  readonly data: Readonly<Record<string, unknown>>;
  readonly version: number;
  /** Present while development mode stands in for an asset that is not there. */
  readonly placeholder?: true;
}

/** A snapshot of the whole world, without its content. */
export interface SnapshotInfo {
  readonly id: string;
  readonly taken_at: string;
}

/** Where players and the world are kept. Every method may fail while the place is away. */
export interface GameStore {
  readonly kind: "postgres" | "memory";
  /** What keeps the store from being used; undefined when it can be. */
  readonly problem: string | undefined;
  /** Connects, migrates and checks the keys; goes on trying in the background when that fails. */
  start(): Promise<void>;
  ping(): Promise<void>;
  getPlayer(id: string): Promise<PlayerRecord | undefined>;
  savePlayer(record: PlayerRecord): Promise<void>;
  erasePlayer(id: string): Promise<boolean>;
  loadWorld(): Promise<readonly WorldObject[]>;
  saveWorld(changed: readonly WorldObject[], removed: readonly string[]): Promise<void>;
  /** Keeps a snapshot and drops all but the newest `keep`. */
  saveSnapshot(objects: readonly WorldObject[], keep: number): Promise<void>;
  listSnapshots(): Promise<readonly SnapshotInfo[]>;
  stop(): Promise<void>;
}
