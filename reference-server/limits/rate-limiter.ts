import type { RedisClient } from "../data/redis-client.ts";
import type { Settings } from "../settings/settings.ts";
import { countInRedis, MemoryWindows, type WindowCount } from "./rate-limit-windows.ts";

/** The rate-limit class of a route. Probes count in their own bucket only, all others in the global one too. */
export type RouteClass = "probe" | "status" | "scene_read" | "scene_write" | "general";

/** The exceeded limit, and the whole seconds until its window ends. */
interface ExceededLimit {
  readonly limit: "global" | "probe" | "status" | "scene_read" | "scene_write" | "uncounted";
  readonly retryAfterSeconds: number;
}

/** Retry-After when requests could not be counted. */
const UNCOUNTED_RETRY_SECONDS = 5;

type Limit = Exclude<ExceededLimit["limit"], "uncounted">;

/** Enforces GODOT_RATE_LIMIT_* per client address and minute. */
export class RateLimiter {
  readonly #limits: Settings["limits"];
  readonly #redis: RedisClient | undefined;
  readonly #memory = new MemoryWindows();
  readonly #enabled: boolean;
  /** Whether the last count could not use the configured Redis. */
  fallback = false;

  constructor(
    limits: Settings["limits"],
    redis: RedisClient | undefined,
    options: { readonly off: boolean },
  ) {
    this.#limits = limits;
    this.#redis = redis;
    this.#enabled = limits.enabled && !options.off;
  }

  /** Counts one request. @param client an address, or an address with a bucket name. */
  async consume(client: string, routeClass: RouteClass): Promise<ExceededLimit | undefined> {
    if (!this.#enabled) return undefined;
    const limits: readonly Limit[] =
      routeClass === "probe" ? ["probe"] : routeClass === "general" ? ["global"] : ["global", routeClass];
    const counts = await this.#count(limits.map((limit) => `${limit}:${client}`));
    if (counts === undefined) return { limit: "uncounted", retryAfterSeconds: UNCOUNTED_RETRY_SECONDS };
    const exceeded = limits.flatMap((limit, index) => {
      const count = counts[index];
      return count !== undefined && count.count > this.#limits[limit] ? [{ limit, count }] : [];
    });
    const last = exceeded.at(-1);
    if (last === undefined) return undefined;
    const rest = Math.max(...exceeded.map(({ count }) => count.endsInMs));
    return { limit: last.limit, retryAfterSeconds: Math.max(1, Math.ceil(rest / 1000)) };
  }

  sweep(): void {
    this.#memory.sweep();
  }

  async #count(keys: readonly string[]): Promise<readonly WindowCount[] | undefined> {
    if (this.#redis === undefined) return this.#memory.count(keys);
    try {
      const counts = await countInRedis(this.#redis, keys);
      this.fallback = false;
      return counts;
    } catch {
      this.fallback = true;
      return this.#limits.fallback === "memory" ? this.#memory.count(keys) : undefined;
    }
  }
}
