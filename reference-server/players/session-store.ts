import type { Position } from "../data/game-store.ts";
import type { RedisClient } from "../data/redis-client.ts";

/** A session as it survives its connection and its server. */
export interface StoredSession {
  readonly session: string;
  readonly player: string;
  readonly name: string;
  readonly position: Position;
  /** The server that the player was on last. */
  readonly server: string;
}

/** Sessions for GODOT_SESSION_TTL_SECONDS: in Redis, where every server finds them, else in this process. */
export class SessionStore {
  readonly #redis: RedisClient | undefined;
  readonly #ttlSeconds: number;
  readonly #parked = new Map<string, { readonly session: StoredSession; readonly end: number }>();
  readonly #usedTokens = new Map<string, number>();

  constructor(redis: RedisClient | undefined, ttlSeconds: number) {
    this.#redis = redis;
    this.#ttlSeconds = ttlSeconds;
  }

  async save(session: StoredSession): Promise<void> {
    this.#parked.set(session.player, { session, end: Date.now() + this.#ttlSeconds * 1000 });
    const text = JSON.stringify(session);
    await this.#quietly("SET", `session:${session.player}`, text, "EX", this.#ttlSeconds);
  }

  async find(player: string): Promise<StoredSession | undefined> {
    const shared = await this.#quietly<string | null>("GET", `session:${player}`);
    if (typeof shared === "string") return JSON.parse(shared) as StoredSession;
    const own = this.#parked.get(player);
    return own !== undefined && own.end > Date.now() ? own.session : undefined;
  }

  async remove(player: string): Promise<void> {
    this.#parked.delete(player);
    await this.#quietly("DEL", `session:${player}`);
  }

  /** True for the first use of a hand-over token; `expires` is Unix time in seconds. */
  async claimHandOverToken(tokenId: string, expires: number): Promise<boolean> {
    if (this.#usedTokens.has(tokenId)) return false;
    this.#usedTokens.set(tokenId, expires * 1000);
    const seconds = Math.max(1, expires - Math.floor(Date.now() / 1000));
    const set = await this.#quietly<string | null>(
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
    for (const [player, { end }] of this.#parked) if (end <= now) this.#parked.delete(player);
    for (const [token, end] of this.#usedTokens) if (end <= now) this.#usedTokens.delete(token);
  }

  /** Without Redis, or while it is away, this process's own memory must do: undefined. */
  async #quietly<Reply>(
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
