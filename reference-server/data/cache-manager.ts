/** An LRU cache with a time to live. */
export class CacheManager<Value> {
  readonly #entries = new Map<string, { readonly value: Value; readonly end: number }>();
  readonly #ttlMs: number;
  readonly #maximum: number;
  readonly #onLookup: (result: "hit" | "miss") => void;

  /** @param ttlSeconds 0 disables the cache, as does a maximum of 0. */
  constructor(ttlSeconds: number, maximum: number, onLookup: (result: "hit" | "miss") => void) {
    this.#ttlMs = ttlSeconds * 1000;
    this.#maximum = maximum;
    this.#onLookup = onLookup;
  }

  get size(): number {
    return this.#entries.size;
  }

  get(key: string, now = Date.now()): Value | undefined {
    const entry = this.#entries.get(key);
    this.#entries.delete(key);
    const fresh = entry !== undefined && entry.end > now ? entry : undefined;
    if (fresh !== undefined) this.#entries.set(key, fresh);
    this.#onLookup(fresh === undefined ? "miss" : "hit");
    return fresh?.value;
  }

  set(key: string, value: Value, now = Date.now()): void {
    if (this.#ttlMs === 0 || this.#maximum === 0) return;
    this.#entries.delete(key);
    this.#entries.set(key, { value, end: now + this.#ttlMs });
    while (this.#entries.size > this.#maximum) {
      const oldest = this.#entries.keys().next();
      if (oldest.done === true) return;
      this.#entries.delete(oldest.value);
    }
  }

  delete(key: string): void {
    this.#entries.delete(key);
  }
}
