import type { RedisClient } from "../data/redis-client.ts";

/** The count of a key in its window, and when the window ends. */
export interface WindowCount {
  readonly count: number;
  readonly endsInMs: number;
}

/** The limits are per minute. */
export const WINDOW_MS = 60_000;

/** Beyond this many keys, expired windows are swept immediately, so that many addresses cannot exhaust memory. */
const MAX_KEYS = 50_000;

/** Counts in process memory. A window starts with its first request. */
export class MemoryWindows {
  readonly #windows = new Map<string, { count: number; end: number }>();

  count(keys: readonly string[], now = Date.now()): WindowCount[] {
    if (this.#windows.size > MAX_KEYS) this.sweep(now);
    return keys.map((key) => {
      const open = this.#windows.get(key);
      if (open !== undefined && open.end > now) {
        open.count += 1;
        return { count: open.count, endsInMs: open.end - now };
      }
      this.#windows.set(key, { count: 1, end: now + WINDOW_MS });
      return { count: 1, endsInMs: WINDOW_MS };
    });
  }

  sweep(now = Date.now()): void {
    for (const [key, { end }] of this.#windows) if (end <= now) this.#windows.delete(key);
    // Only an attack opens this many windows, so dropping the oldest affects no regular client.
    for (const key of this.#windows.keys()) {
      if (this.#windows.size <= MAX_KEYS) break;
      this.#windows.delete(key);
    }
  }
}

/** Counts all keys of a request atomically. Replies are pairs: count, remaining milliseconds of the window. */
const COUNT_SCRIPT = `
local replies = {}
for _, key in ipairs(KEYS) do
  local count = redis.call("INCR", key)
  local rest = redis.call("PTTL", key)
  if rest < 0 then
    redis.call("PEXPIRE", key, ARGV[1])
    rest = tonumber(ARGV[1])
  end
  replies[#replies + 1] = count
  replies[#replies + 1] = rest
end
return replies`;

/** Counts in Redis, shared by all servers. @throws when Redis is unavailable. */
export async function countInRedis(redis: RedisClient, keys: readonly string[]): Promise<WindowCount[]> {
  const names = keys.map((key) => redis.key(`limit:${key}`));
  const replies = await redis.command<readonly number[]>(
    "EVAL",
    COUNT_SCRIPT,
    names.length,
    ...names,
    WINDOW_MS,
  );
  return keys.map((_, index) => ({
    count: Number(replies[index * 2]),
    endsInMs: Number(replies[index * 2 + 1]),
  }));
}
