import { z } from "zod";
import type { RedisClient } from "../data/redis-client.ts";
import { parseUntrustedJson } from "../untrusted-json.ts";
import type { WorldChange } from "../world/world.ts";

const memberSchema = z.object({
  server: z.string(),
  /** Discovery address, `address:port`; absent when discovery is off. */
  discovery: z.string().optional(),
  players: z.array(z.object({ id: z.string(), name: z.string() })),
});

/** The payload of an event is checked by its handler. */
const eventMessageSchema = z.object({
  from: z.string(),
  event: z.looseObject({ kind: z.enum(["world", "player"]) }),
});

/** A mesh member, as it registers itself in Redis. */
export type MeshMember = z.infer<typeof memberSchema>;

/** An event that servers publish through Redis. */
export type MeshEvent =
  | { readonly kind: "world"; readonly change: WorldChange }
  /** The player now has a session with the sender; other servers end theirs. */
  | { readonly kind: "player"; readonly player: string };

/** Mesh state in Redis: members, their players and the leader. Every method may fail while Redis is unavailable. */
export class MeshState {
  readonly #redis: RedisClient;
  readonly #server: string;
  readonly #ttlSeconds: number;

  constructor(redis: RedisClient, server: string, ttlSeconds: number) {
    this.#redis = redis;
    this.#server = server;
    this.#ttlSeconds = ttlSeconds;
  }

  async register(member: MeshMember): Promise<void> {
    const now = Date.now();
    const members = this.#redis.key("mesh:members");
    await this.#redis.command(
      "SET",
      this.#memberKey(this.#server),
      JSON.stringify(member),
      "EX",
      this.#ttlSeconds,
    );
    await this.#redis.command("ZADD", members, now + this.#ttlSeconds * 1000, this.#server);
    await this.#redis.command("ZREMRANGEBYSCORE", members, "-inf", now);
  }

  async leave(): Promise<void> {
    await this.#redis.command("DEL", this.#memberKey(this.#server));
    await this.#redis.command("ZREM", this.#redis.key("mesh:members"), this.#server);
  }

  /** The other servers, at most `limit` of them. */
  async listOtherMembers(limit: number): Promise<readonly MeshMember[]> {
    const range = [this.#redis.key("mesh:members"), Date.now(), "+inf", "LIMIT", 0, limit + 1];
    const servers = await this.#redis.command<readonly string[]>("ZRANGEBYSCORE", ...range);
    const keys = servers.filter((server) => server !== this.#server).map((server) => this.#memberKey(server));
    if (keys.length === 0) return [];
    const texts = await this.#redis.command<readonly (string | null)[]>("MGET", ...keys.slice(0, limit));
    return texts.flatMap((text) => {
      const json = parseUntrustedJson(text ?? "");
      const parsed = memberSchema.safeParse("problem" in json ? undefined : json.value);
      return parsed.success ? [parsed.data] : [];
    });
  }

  /** Returns the leader, which is the holder of the lease, and renews the lease if this server holds it. */
  async electLeader(): Promise<string> {
    const key = this.#redis.key("mesh:leader");
    await this.#redis.command("SET", key, this.#server, "NX", "EX", this.#ttlSeconds);
    const holder = await this.#redis.command<string | null>("GET", key);
    if (holder === this.#server) await this.#redis.command("EXPIRE", key, this.#ttlSeconds);
    return holder ?? this.#server;
  }

  /** Releases the leader lease, so that another server can take it immediately. */
  async resign(): Promise<void> {
    const key = this.#redis.key("mesh:leader");
    if ((await this.#redis.command<string | null>("GET", key)) === this.#server)
      await this.#redis.command("DEL", key);
  }

  async publish(event: MeshEvent): Promise<void> {
    const message = JSON.stringify({ from: this.#server, event });
    await this.#redis.command("PUBLISH", this.#redis.key("mesh:events"), message);
  }

  async subscribe(onEvent: (event: MeshEvent) => void): Promise<void> {
    await this.#redis.subscribe("mesh:events", (message) => {
      const json = parseUntrustedJson(message);
      const parsed = eventMessageSchema.safeParse("problem" in json ? undefined : json.value);
      // Servers of one version write these messages; anything else in the channel must not end this server.
      if (parsed.success && parsed.data.from !== this.#server) onEvent(parsed.data.event as MeshEvent);
    });
  }

  #memberKey(server: string): string {
    return this.#redis.key(`mesh:member:${server}`);
  }
}
