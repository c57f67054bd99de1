import { randomBytes } from "node:crypto";
import { z } from "zod";
import { createHttpClient } from "../client/http.ts";
import type { Target } from "../target/target.ts";
import { HeldSession, type SessionTransport } from "./held-session.ts";
import { computeDistribution, distributionSchema } from "./percentiles.ts";
import { NotConnectedError, TelemetryConnection } from "./telemetry-connection.ts";

const count = z.int().nonnegative();

/** Result of the telemetry sessions. */
export const sessionsResultSchema = z.strictObject({
  clients: count,
  /** Sessions that connected at the start; the others are counted by reason. */
  connected: count,
  notConnected: z.record(z.string(), count),
  /** Sessions that were connected at the end. */
  held: count,
  /** Reconnects within the budget; a session may reconnect several times. */
  reconnected: count,
  /** Reconnects that resumed the session, by hand-over or on the same server. */
  resumed: count,
  /** Connections that ended without notice, and how many of them had stalled before. */
  dropped: count,
  stalled: count,
  /** Sessions that did not reconnect within the budget or were not resumed, and their reasons. */
  lost: count,
  lostReasons: z.record(z.string(), count),
  reconnectBudgetMs: count,
  reconnectMs: distributionSchema.optional(),
  /** Announced frame rate, and the received frames per client, including the time without a connection. */
  rateHz: z.number().nonnegative(),
  framesPerSecond: z.strictObject({ min: z.number(), p50: z.number(), max: z.number() }).optional(),
  longestGapMs: z.number().nonnegative(),
  perSecond: z.array(z.strictObject({ second: count, frames: count, connected: count })),
  /** Players that could not be deleted and remain on the server. */
  leftBehind: count,
});

export type SessionsResult = z.infer<typeof sessionsResultSchema>;

export interface SessionPoolOptions {
  readonly target: Target;
  readonly clients: number;
  /** Maximum time for a reconnect, in milliseconds. */
  readonly reconnectBudgetMs: number;
  /** Ends the run early; sessions that are reconnecting then count as neither held nor lost. */
  readonly signal?: AbortSignal;
}

export interface SessionPoolCounts {
  readonly connected: number;
  readonly dropped: number;
  readonly reconnected: number;
  readonly lost: number;
}

/** Sessions that stay open until `end`. */
export interface SessionPool {
  /** Currently connected sessions, and the events so far. */
  readonly counts: SessionPoolCounts;
  /** Waits for reconnects in progress (at most the budget), closes the sessions and deletes the players. */
  readonly end: () => Promise<SessionsResult>;
}

/** Limits concurrent handshakes, so that connecting does not itself overload the target. */
const MAX_CONCURRENT_HANDSHAKES = 32;

const RESPONSE_TIMEOUT_MS = 5000;

/** Maximum time for deleting the players of a server that no longer responds. */
const CLEANUP_TIMEOUT_MS = 10_000;
const SAMPLE_INTERVAL_MS = 1000;

/**
 * Opens telemetry sessions, each as its own player, which reconnect until the pool is ended. Resolves when each session is
 * connected or has failed.
 */
export async function openSessionPool(options: SessionPoolOptions): Promise<SessionPool> {
  const pool = new TelemetrySessionPool(options);
  await pool.start();
  return pool;
}

class TelemetrySessionPool implements SessionPool {
  readonly #options: SessionPoolOptions;
  readonly #signal: AbortSignal;
  readonly #client: ReturnType<typeof createHttpClient>;
  readonly #cleanupAbort = new AbortController();
  readonly #runId = `load-${randomBytes(4).toString("hex")}`;
  readonly #sessions: HeldSession[];
  readonly #notConnected: string[] = [];
  readonly #perSecond: { second: number; frames: number; connected: number }[] = [];
  readonly #joinedPlayers = new Set<string>();
  #frames = 0;
  #sampleTimer: NodeJS.Timeout | undefined;

  constructor(options: SessionPoolOptions) {
    this.#options = options;
    this.#signal = options.signal ?? new AbortController().signal;
    this.#client = createHttpClient(options.target, {
      bucket: this.#runId,
      // Not the caller's signal, because the players must be deleted after an interruption, too.
      signal: this.#cleanupAbort.signal,
      timeoutMs: RESPONSE_TIMEOUT_MS,
      retryBudgetMs: 0,
    });
    this.#sessions = Array.from({ length: options.clients }, (_, index) => {
      const { reconnectBudgetMs } = options;
      const onFrame = (): void => {
        this.#frames += 1;
      };
      return new HeldSession({
        transport: this.#createTransport(index),
        reconnectBudgetMs,
        signal: this.#signal,
        onFrame,
      });
    });
  }

  get counts(): SessionPoolCounts {
    return {
      connected: this.#sessions.filter(({ state }) => state === "held").length,
      dropped: this.#sum(({ dropped }) => dropped),
      reconnected: this.#sum(({ reconnectTimesMs }) => reconnectTimesMs.length),
      lost: this.#sessions.filter(({ state }) => state === "lost").length,
    };
  }

  #sum(of: (session: HeldSession) => number): number {
    return this.#sessions.reduce((total, session) => total + of(session), 0);
  }

  async start(): Promise<void> {
    await forEachConcurrently(this.#sessions, async (session) => {
      if (this.#signal.aborted) return;
      await session.start().catch((error: unknown) => {
        this.#notConnected.push(error instanceof NotConnectedError ? error.message : "no answer");
      });
    });
    this.#startSampling();
  }

  async end(): Promise<SessionsResult> {
    await Promise.all(this.#sessions.map((session) => session.waitUntilSettled()));
    clearInterval(this.#sampleTimer);
    const result = this.#result();
    for (const session of this.#sessions) session.close();
    const leftBehind = await this.#deletePlayers();
    this.#client.close();
    return { ...result, leftBehind };
  }

  #startSampling(): void {
    let previousMs = performance.now();
    this.#sampleTimer = setInterval(() => {
      const now = performance.now();
      // After this process was suspended, it has frames to read before a session can count as stalled.
      const wasSuspended = now - previousMs > 2 * SAMPLE_INTERVAL_MS;
      previousMs = now;
      this.#perSecond.push({
        second: this.#perSecond.length,
        frames: this.#frames,
        connected: this.counts.connected,
      });
      this.#frames = 0;
      if (!wasSuspended) for (const session of this.#sessions) session.closeIfStalled();
    }, SAMPLE_INTERVAL_MS).unref();
  }

  #createTransport(index: number): SessionTransport {
    const { target } = this.#options;
    const player = `${this.#runId}-${index}`;
    return {
      open: () =>
        TelemetryConnection.open({ target, player, bucket: player, timeoutMs: RESPONSE_TIMEOUT_MS }),
      join: async () => {
        if (target.apiToken === undefined) return undefined;
        const body = { id: player, name: player };
        const options = { method: "POST", body, bucket: player, retry: false } as const;
        const reply = await this.#client.http("/players", options).catch(() => undefined);
        if (reply === undefined) throw new NotConnectedError("no answer to joining");
        if (reply.status !== 201) throw new NotConnectedError(`joining refused with ${reply.status}`);
        this.#joinedPlayers.add(player);
        return (reply.json as { readonly resumed?: unknown } | undefined)?.resumed === true;
      },
    };
  }

  /** Deletes the players of this run. @returns how many remain */
  async #deletePlayers(): Promise<number> {
    let remaining = 0;
    const timer = setTimeout(() => this.#cleanupAbort.abort(), CLEANUP_TIMEOUT_MS);
    await forEachConcurrently([...this.#joinedPlayers], async (player) => {
      const options = { method: "DELETE", bucket: player, retry: false } as const;
      const reply = await this.#client.http(`/players/${player}`, options).catch(() => undefined);
      if (reply === undefined || ![204, 404].includes(reply.status)) remaining += 1;
    });
    clearTimeout(timer);
    return remaining;
  }

  #result(): Omit<SessionsResult, "leftBehind"> {
    const started = this.#sessions.filter(({ state }) => state !== "new");
    const { connected: held, dropped, reconnected, lost } = this.counts;
    const reconnects = computeDistribution(
      this.#sessions.flatMap(({ reconnectTimesMs }) => reconnectTimesMs),
    );
    const rates = computeDistribution(started.map(({ framesPerSecond }) => framesPerSecond));
    const lostReasons = this.#sessions.flatMap(({ lostReason }) => lostReason ?? []);
    return {
      clients: this.#options.clients,
      connected: started.length,
      notConnected: countByReason(this.#notConnected),
      held,
      reconnected,
      resumed: this.#sum(({ resumed }) => resumed),
      dropped,
      stalled: this.#sum(({ stalled }) => stalled),
      lost,
      lostReasons: countByReason(lostReasons),
      reconnectBudgetMs: this.#options.reconnectBudgetMs,
      ...(reconnects === undefined ? {} : { reconnectMs: reconnects }),
      rateHz: Math.max(0, ...this.#sessions.map(({ rateHz }) => rateHz)),
      ...(rates === undefined ? {} : { framesPerSecond: { min: rates.min, p50: rates.p50, max: rates.max } }),
      longestGapMs: Math.round(Math.max(0, ...this.#sessions.map(({ longestGapMs }) => longestGapMs))),
      perSecond: this.#perSecond,
    };
  }
}

function countByReason(reasons: readonly string[]): Record<string, number> {
  const counts = new Map<string, number>();
  for (const reason of reasons) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  return Object.fromEntries([...counts].sort());
}

/** Runs an action for each item with limited concurrency. */
async function forEachConcurrently<Item>(
  items: readonly Item[],
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const queue = [...items];
  const worker = async (): Promise<void> => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: Math.min(MAX_CONCURRENT_HANDSHAKES, items.length) }, worker));
}
