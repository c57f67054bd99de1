import { createUnavailableError, messageOf } from "../errors.ts";
import type { Logger } from "../observability/logger.ts";
import type { Metrics } from "../observability/metrics.ts";
import type { Settings } from "../settings/settings.ts";
import { DecryptionError, FieldEncryption } from "./field-encryption.ts";
import type { GameStore, PlayerRecord, SnapshotInfo, WorldObject } from "./game-store.ts";
import { PostgresPool, type Row } from "./postgres-pool.ts";

/** Delay between connection attempts while the database is unavailable at startup. */
const RETRY_MS = 1000;

/** The plain text in `key_checks`, which prevents a server with another key from writing records. */
const KEY_CHECK_TEXT = "spacetime-vr";

/** Stores players and the world in Postgres, encrypted with the two data keys. */
export class PostgresStore implements GameStore {
  readonly kind = "postgres";
  readonly #pool: PostgresPool;
  readonly #players: FieldEncryption;
  readonly #world: FieldEncryption;
  readonly #migrate: boolean;
  readonly #log: Logger;
  #startupError: string | undefined = "The database has not been reached yet.";
  #retry: NodeJS.Timeout | undefined;
  #stopped = false;

  constructor(settings: Settings, log: Logger, metrics: Metrics) {
    const { playerKey = "", worldKey = "", migrateOnStart } = settings.database;
    this.#pool = new PostgresPool(settings, metrics);
    this.#players = new FieldEncryption(playerKey, "player");
    this.#world = new FieldEncryption(worldKey, "world");
    this.#migrate = migrateOnStart;
    this.#log = log;
  }

  get problem(): string | undefined {
    return this.#startupError ?? this.#pool.lastError;
  }

  get connections() {
    return this.#pool.connections;
  }

  async start(): Promise<void> {
    try {
      await (this.#migrate ? this.#pool.migrate() : this.#pool.requireMigrated());
      await this.#checkKey("player", this.#players);
      await this.#checkKey("world", this.#world);
      this.#startupError = undefined;
      this.#log.info("database is ready");
    } catch (error) {
      const reason = messageOf(error);
      if (reason !== this.#startupError) this.#log.error("database is not usable; retrying", { reason });
      this.#startupError = reason;
      if (!this.#stopped) this.#retry = setTimeout(() => void this.start(), RETRY_MS);
    }
  }

  async ping(): Promise<void> {
    await this.#query("SELECT 1");
  }

  async getPlayer(id: string): Promise<PlayerRecord | undefined> {
    const [row] = await this.#query("SELECT record FROM players WHERE id = $1", [id]);
    return row === undefined ? undefined : (this.#players.decrypt(id, readRecordBlob(row)) as PlayerRecord);
  }

  async savePlayer(record: PlayerRecord): Promise<void> {
    await this.#query(
      `INSERT INTO players (id, record) VALUES ($1, $2)
       ON CONFLICT (id) DO UPDATE SET record = excluded.record, updated_at = now()`,
      [record.id, this.#players.encrypt(record.id, record)],
    );
  }

  async erasePlayer(id: string): Promise<boolean> {
    return (await this.#query("DELETE FROM players WHERE id = $1 RETURNING id", [id])).length > 0;
  }

  async loadWorld(): Promise<readonly WorldObject[]> {
    const rows = await this.#query("SELECT id, record FROM world_objects");
    return rows.map((row) => this.#world.decrypt(String(row.id), readRecordBlob(row)) as WorldObject);
  }

  async saveWorld(changed: readonly WorldObject[], removed: readonly string[]): Promise<void> {
    this.#requireStarted();
    const ids = changed.map(({ id }) => id);
    const records = changed.map((object) => this.#world.encrypt(object.id, object));
    await this.#pool.transaction(async (query) => {
      await query("DELETE FROM world_objects WHERE id = ANY($1)", [removed]);
      await query(
        `INSERT INTO world_objects (id, record) SELECT * FROM unnest($1::text[], $2::bytea[])
         ON CONFLICT (id) DO UPDATE SET record = excluded.record, updated_at = now()`,
        [ids, records],
      );
    });
  }

  async saveSnapshot(objects: readonly WorldObject[], keep: number): Promise<void> {
    this.#requireStarted();
    await this.#pool.transaction(async (query) => {
      await query("INSERT INTO world_snapshots (record) VALUES ($1)", [
        this.#world.encrypt("snapshot", objects),
      ]);
      await query(
        "DELETE FROM world_snapshots WHERE id NOT IN (SELECT id FROM world_snapshots ORDER BY id DESC LIMIT $1)",
        [keep],
      );
    });
  }

  async listSnapshots(): Promise<readonly SnapshotInfo[]> {
    const rows = await this.#query("SELECT id, taken_at FROM world_snapshots ORDER BY id DESC");
    return rows.map(({ id, taken_at }) => ({ id: String(id), taken_at: (taken_at as Date).toISOString() }));
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#retry);
    await this.#pool.stop();
  }

  async #query(sql: string, values: readonly unknown[] = []): Promise<readonly Row[]> {
    this.#requireStarted();
    try {
      return await this.#pool.query(sql, values);
    } catch (error) {
      this.#log.warning("database query failed", { reason: messageOf(error) });
      throw createUnavailableError("database_unavailable", "The database is unavailable; try again.");
    }
  }

  #requireStarted(): void {
    if (this.#startupError !== undefined) {
      throw createUnavailableError("database_unavailable", "The database is not ready yet; try again.");
    }
  }

  /** The first server on an empty database writes the key check; every server must be able to decrypt it. */
  async #checkKey(kind: "player" | "world", encryption: FieldEncryption): Promise<void> {
    await this.#pool.query("INSERT INTO key_checks VALUES ($1, $2) ON CONFLICT DO NOTHING", [
      kind,
      encryption.encrypt("check", KEY_CHECK_TEXT),
    ]);
    const [row] = await this.#pool.query("SELECT record FROM key_checks WHERE kind = $1", [kind]);
    try {
      if (row !== undefined) encryption.decrypt("check", readRecordBlob(row));
    } catch (error) {
      if (!(error instanceof DecryptionError)) throw error;
      const name = kind === "player" ? "GODOT_PLAYER_DATA_KEY" : "GODOT_WORLD_DATA_KEY";
      throw new Error(`${name} is not the key that the data in this database is encrypted with.`);
    }
  }
}

function readRecordBlob(row: Row): Buffer {
  return row.record as Buffer;
}
