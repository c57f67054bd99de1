import type { Settings } from "../settings/settings.ts";

/** Paths that only scanners request: hidden files, scripts of other systems, and path traversal. */
const SCANNER_PATH_PATTERN = /\/\.|\.\.|%2e|%00|\.(php|asp|aspx|cgi|jsp)(\/|$)|\/(wp-|cgi-bin|phpmyadmin)/i;

/** Addresses kept in memory; beyond it the oldest are evicted. */
const MAX_ADDRESSES = 10_000;

/** Whether a path is one that only scanners request. */
export function isScannerPath(path: string): boolean {
  return SCANNER_PATH_PATTERN.test(path);
}

/** Blocks an address after too many failures: invalid credentials and scanner paths. */
export class IntrusionDetection {
  readonly #settings: Settings["intrusion"];
  readonly #onBlock: (address: string) => void;
  readonly #failures = new Map<string, number[]>();
  readonly #blocked = new Map<string, number>();

  constructor(settings: Settings["intrusion"], onBlock: (address: string) => void) {
    this.#settings = settings;
    this.#onBlock = onBlock;
  }

  get blockedAddresses(): number {
    return this.#blocked.size;
  }

  recordFailure(address: string, now = Date.now()): void {
    const { enabled, maxFailures, windowSeconds, blockSeconds } = this.#settings;
    if (!enabled) return;
    const recent = (this.#failures.get(address) ?? []).filter((time) => time > now - windowSeconds * 1000);
    recent.push(now);
    this.#failures.delete(address);
    this.#failures.set(address, recent);
    if (this.#failures.size > MAX_ADDRESSES) deleteOldest(this.#failures);
    if (recent.length < maxFailures) return;
    this.#failures.delete(address);
    this.#blocked.set(address, now + blockSeconds * 1000);
    if (this.#blocked.size > MAX_ADDRESSES) deleteOldest(this.#blocked);
    this.#onBlock(address);
  }

  /** Whole seconds until the block expires; undefined when the address is not blocked. */
  secondsUntilUnblocked(address: string, now = Date.now()): number | undefined {
    const until = this.#blocked.get(address);
    if (until === undefined) return undefined;
    if (until > now) return Math.ceil((until - now) / 1000);
    this.#blocked.delete(address);
    return undefined;
  }
}

function deleteOldest(map: Map<string, unknown>): void {
  const oldest = map.keys().next();
  if (oldest.done !== true) map.delete(oldest.value);
}
