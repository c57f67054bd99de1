import { readFileSync } from "node:fs";
import { createClient } from "@redis/client";
import { messageOf } from "../errors.ts";
import type { Logger } from "../observability/logger.ts";
import type { Metrics } from "../observability/metrics.ts";
import type { Settings } from "../settings/settings.ts";

/** After a command that got no answer, others fail at once for this long instead of waiting each in turn. */
const FAILURE_COOLDOWN_MS = 1000;

/** Longest pause between two attempts to connect again. */
const MAX_RECONNECT_DELAY_MS = 1000;

const CONNECT_TIMEOUT_MS = 5000;

type NodeRedisClient = ReturnType<typeof createNodeRedisClient>;

/** Redis as the server uses it: every command may fail, and the caller says what happens then. */
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
    this.#client.on("error", (error: unknown) => this.#note(false, messageOf(error)));
    this.#client.on("ready", () => {
      this.#pausedUntil = 0;
      this.#note(true);
    });
  }

  /** Begins to connect and returns when connected, or after the first failure: it goes on trying. */
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

  /** @throws when Redis is away, answers with an error, or not within GODOT_REDIS_COMMAND_TIMEOUT_MS. */
  async command<Reply>(...args: readonly (string | number)[]): Promise<Reply> {
    if (!this.isAvailable) throw new Error("Redis is away.");
    const begin = performance.now();
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(
        () => reject(new Error("Redis gave no answer in time.")),
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
      this.#note(false, messageOf(error));
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  async ping(): Promise<void> {
    await this.command("PING");
    this.#note(true);
  }

  /** Hears what other servers publish, across reconnects. */
  async subscribe(channel: string, hear: (message: string) => void): Promise<void> {
    this.#subscriber ??= this.#client.duplicate();
    this.#subscriber.on("error", () => undefined);
    // Not awaited: the subscription stands from whenever Redis answers first.
    this.#subscriber.connect().then(
      () => this.#subscriber?.subscribe(this.key(channel), hear),
      () => undefined,
    );
  }

  stop(): void {
    this.#client.destroy();
    if (this.#subscriber?.isOpen) this.#subscriber.destroy();
  }

  /** One line when Redis goes and one when it comes back, not one per command. */
  #note(up: boolean, reason?: string): void {
    if (this.#wasUp === up) return;
    this.#wasUp = up;
    if (up) this.#log.info("Redis answers");
    else this.#log.warning("Redis is away: this server goes on alone", { reason: reason ?? "unknown" });
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
