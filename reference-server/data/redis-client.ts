import { readFileSync } from "node:fs";
import { createClient } from "@redis/client";
import { messageOf } from "../errors.ts";
import type { Logger } from "../observability/logger.ts";
import type { Metrics } from "../observability/metrics.ts";
import type { Settings } from "../settings/settings.ts";

/** After a failed command, further commands fail immediately for this long instead of each waiting for the timeout. */
const FAILURE_COOLDOWN_MS = 1000;

/** Longest delay between reconnect attempts. */
const MAX_RECONNECT_DELAY_MS = 1000;

const CONNECT_TIMEOUT_MS = 5000;

type NodeRedisClient = ReturnType<typeof createNodeRedisClient>;

/** A Redis client whose commands may fail; the caller decides how to continue. */
export class RedisClient {
  readonly #client: NodeRedisClient;
  #subscriber: NodeRedisClient | undefined;
  readonly #settings: Settings["redis"];
  readonly #log: Logger;
  readonly #metrics: Metrics;
  #pausedUntil = 0;
  #wasUp: boolean | undefined;

  constructor(settings: Settings, log: Logger, metrics: Metrics) {
    this.#settings = settings.redis;
    this.#log = log;
    this.#metrics = metrics;
    this.#client = createNodeRedisClient(settings);
    this.#client.on("error", (error: unknown) => this.#logStateChange(false, messageOf(error)));
    this.#client.on("ready", () => {
      this.#pausedUntil = 0;
      this.#logStateChange(true);
    });
  }

  /** Connects and returns once connected or after the first failure; reconnects in the background. */
  async start(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#client.once("ready", resolve);
    this.#client.once("error", () => resolve());
    this.#client.connect().catch(() => resolve());
    await promise;
  }

  get isAvailable(): boolean {
    return this.#client.isReady && Date.now() >= this.#pausedUntil;
  }

  key(name: string): string {
    return this.#settings.keyPrefix + name;
  }

  /** @throws when Redis is unavailable, returns an error, or exceeds GODOT_REDIS_COMMAND_TIMEOUT_MS. */
  async command<Reply>(...args: readonly (string | number)[]): Promise<Reply> {
    if (!this.isAvailable) throw new Error("Redis is unavailable.");
    const begin = performance.now();
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(
        () => reject(new Error(`Redis did not respond within ${this.#settings.commandTimeoutMs} ms.`)),
        this.#settings.commandTimeoutMs,
      );
    });
    try {
      const reply = await Promise.race([this.#client.sendCommand<unknown>(args.map(String)), late]);
      this.#metrics.observe("spacetime_redis_command_duration_seconds", (performance.now() - begin) / 1000);
      return reply as Reply;
    } catch (error) {
      this.#metrics.increment("spacetime_redis_errors_total");
      this.#pausedUntil = Date.now() + FAILURE_COOLDOWN_MS;
      this.#logStateChange(false, messageOf(error));
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  async ping(): Promise<void> {
    await this.command("PING");
    this.#logStateChange(true);
  }

  /** Subscribes to a channel; the subscription survives reconnects. */
  async subscribe(channel: string, onMessage: (message: string) => void): Promise<void> {
    this.#subscriber ??= this.#client.duplicate();
    this.#subscriber.on("error", () => undefined);
    // Not awaited: the subscription becomes active once Redis is reachable.
    this.#subscriber.connect().then(
      () => this.#subscriber?.subscribe(this.key(channel), onMessage),
      () => undefined,
    );
  }

  stop(): void {
    this.#client.destroy();
    if (this.#subscriber?.isOpen) this.#subscriber.destroy();
  }

  /** Logs one line per state change, not one per command. */
  #logStateChange(up: boolean, reason?: string): void {
    if (this.#wasUp === up) return;
    this.#wasUp = up;
    if (up) this.#log.info("Redis is available");
    else
      this.#log.warning("Redis is unavailable; this server continues without shared state", {
        reason: reason ?? "unknown",
      });
  }
}

function createNodeRedisClient(settings: Settings) {
  const { host, port, password, tlsEnabled } = settings.redis;
  const target = { host: host ?? "localhost", port, connectTimeout: CONNECT_TIMEOUT_MS };
  const reconnectStrategy = (retries: number): number => Math.min(MAX_RECONNECT_DELAY_MS, 50 * 2 ** retries);
  const socket = tlsEnabled
    ? { ...target, reconnectStrategy, tls: true as const, ca: readFileSync(settings.tls.caPath) }
    : { ...target, reconnectStrategy };
  return createClient({
    socket,
    ...(password === undefined ? {} : { password }),
    disableOfflineQueue: true,
    maintNotifications: "disabled",
  });
}
