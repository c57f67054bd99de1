import type { Position } from "../data/game-store.ts";
import type { RedisClient } from "../data/redis-client.ts";

/** The part of a session that survives its connection and its server. */
export interface StoredSession {
  readonly session: string;
  readonly player: string;
  readonly name: string;
  readonly position: Position;
  /** The last server of the player. */
  readonly server: string;
}

/** Stores sessions for GODOT_SESSION_TTL_SECONDS in Redis, with process memory as the fallback. */
export class SessionStore {
  readonly #redis: RedisClient | undefined;
  readonly #ttlSeconds: number;
  readonly #local = new Map<string, { readonly session: StoredSession; readonly end: number }>();
  readonly #usedTokens = new Map<string, number>();

  constructor(redis: RedisClient | undefined, ttlSeconds: number) {
    this.#redis = redis;
    this.#ttlSeconds = ttlSeconds;
  }

  async save(session: StoredSession): Promise<void> {
    this.#local.set(session.player, { session, end: Date.now() + this.#ttlSeconds * 1000 });
    const text = JSON.stringify(session);
    await this.#tryCommand("SET", `session:${session.player}`, text, "EX", this.#ttlSeconds);
  }

  async find(player: string): Promise<StoredSession | undefined> {
    const shared = await this.#tryCommand<string | null>("GET", `session:${player}`);
    if (typeof shared === "string") return JSON.parse(shared) as StoredSession;
    const own = this.#local.get(player);
    return own !== undefined && own.end > Date.now() ? own.session : undefined;
  }

  async remove(player: string): Promise<void> {
    this.#local.delete(player);
    await this.#tryCommand("DEL", `session:${player}`);
  }

  /** Returns true for the first use of a hand-over token; `expires` is Unix time in seconds. */
  async claimHandOverToken(tokenId: string, expires: number): Promise<boolean> {
    if (this.#usedTokens.has(tokenId)) return false;
    this.#usedTokens.set(tokenId, expires * 1000);
    const seconds = Math.max(1, expires - Math.floor(Date.now() / 1000));
    const set = await this.#tryCommand<string | null>(
      "SET",
      `hand-over:${tokenId}`,
      "used",
      "NX",
      "EX",
      seconds,
    );
    return set !== null;
  }

  sweep(now = Date.now()): void {
    for (const [player, { end }] of this.#local) if (end <= now) this.#local.delete(player);
    for (const [token, end] of this.#usedTokens) if (end <= now) this.#usedTokens.delete(token);
  }

  /** Returns undefined without Redis or while it is unavailable; callers then use process memory. */
  async #tryCommand<Reply>(
    verb: string,
    key: string,
    ...rest: readonly (string | number)[]
  ): Promise<Reply | undefined> {
    try {
      return await this.#redis?.command<Reply>(verb, this.#redis.key(key), ...rest);
    } catch {
      return undefined;
    }
  }
}
