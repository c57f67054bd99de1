/** A position in the world, in metres. */
export type Position = readonly [number, number, number];

/** The persistent record of a player. `data` belongs to the game: progress, inventory, preferences. */
export interface PlayerRecord {
  readonly id: string;
  readonly name: string;
  readonly position: Position;
  readonly data: Readonly<Record<string, unknown>>;
  /** ISO 8601. */
  readonly created_at: string;
  readonly seen_at: string;
}

/** An object in the world. `version` increases with every change; the highest version wins between servers. */
export interface WorldObject {
  readonly id: string;
  readonly kind: string;
  readonly position: Position;
  readonly data: Readonly<Record<string, unknown>>;
  readonly version: number;
  /** Set when development mode substitutes a placeholder for a missing asset. */
  readonly placeholder?: true;
}

/** Metadata of a world snapshot. */
export interface SnapshotInfo {
  readonly id: string;
  readonly taken_at: string;
}

/** Storage for players and the world. Every method may fail while the database is unavailable. */
export interface GameStore {
  readonly kind: "postgres" | "memory";
  /** Why the store is unavailable; undefined while it is available. */
  readonly problem: string | undefined;
  /** Connects, migrates and verifies the data keys; retries in the background after a failure. */
  start(): Promise<void>;
  ping(): Promise<void>;
  getPlayer(id: string): Promise<PlayerRecord | undefined>;
  savePlayer(record: PlayerRecord): Promise<void>;
  erasePlayer(id: string): Promise<boolean>;
  loadWorld(): Promise<readonly WorldObject[]>;
  saveWorld(changed: readonly WorldObject[], removed: readonly string[]): Promise<void>;
  /** Saves a snapshot and deletes all but the newest `keep`. */
  saveSnapshot(objects: readonly WorldObject[], keep: number): Promise<void>;
  listSnapshots(): Promise<readonly SnapshotInfo[]>;
  stop(): Promise<void>;
}
