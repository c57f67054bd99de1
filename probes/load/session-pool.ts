import { randomBytes } from "node:crypto";
import { z } from "zod";
import { createHttpClient } from "../client/http.ts";
import type { Target } from "../target/target.ts";
import { HeldSession, type SessionTransport } from "./held-session.ts";
import { computeDistribution, distributionSchema } from "./percentiles.ts";
import { NotConnectedError, TelemetryConnection } from "./telemetry-connection.ts";

const count = z.int().nonnegative();

/** What became of held sessions. */
export const sessionsResultSchema = z.strictObject({
  clients: count,
  /** Welcomed at the beginning; the others by reason. */
  connected: count,
  notConnected: z.record(z.string(), count),
  /** Connected at the end. */
  held: count,
  /** Returns within the budget; a session may return several times. */
  reconnected: count,
  /** Of these, returns to the session as it was: handed over, or still known. */
  resumed: count,
  /** Connections that ended without notice, and of these those that had gone silent before. */
  dropped: count,
  stalled: count,
  /** Sessions that were not back within the budget, or not taken over; by reason below. */
  lost: count,
  lostReasons: z.record(z.string(), count),
  reconnectBudgetMs: count,
  reconnectMs: distributionSchema.optional(),
  /** What the server promised, and what arrived per client, time away included. */
  rateHz: z.number().nonnegative(),
  framesPerSecond: z.strictObject({ min: z.number(), p50: z.number(), max: z.number() }).optional(),
  longestGapMs: z.number().nonnegative(),
  perSecond: z.array(z.strictObject({ second: count, frames: count, connected: count })),
  /** Players that could not be erased afterwards and still stand in the server. */
  leftBehind: count,
});

export type SessionsResult = z.infer<typeof sessionsResultSchema>;

export interface SessionPoolOptions {
  readonly target: Target;
  readonly clients: number;
  /** Milliseconds within which a session must be back. */
  readonly reconnectBudgetMs: number;
  /** Ends it early; sessions that are on their way back then are neither held nor lost. */
  readonly signal?: AbortSignal;
}

export interface SessionPoolCounts {
  readonly connected: number;
  readonly dropped: number;
  readonly reconnected: number;
  readonly lost: number;
}

/** Sessions that stay connected until `end`. */
export interface SessionPool {
  /** How many are connected right now, and what happened so far. */
  readonly counts: SessionPoolCounts;
  /** Waits for those on their way back (at most the budget), leaves, erases the players, and counts. */
  readonly end: () => Promise<SessionsResult>;
}

/** Handshakes under way at once: a crowd, but no flood. */
const MAX_CONCURRENT_HANDSHAKES = 32;

const RESPONSE_TIMEOUT_MS = 5000;

/** A server that does not answer any more is not waited for longer than this. */
const CLEANUP_TIMEOUT_MS = 10_000;
const SAMPLE_INTERVAL_MS = 1000;

/**
 * Connects telemetry clients, each a player of its own, and holds them through whatever happens meanwhile. Returns when each
 * is connected or refused.
 */
export async function openSessionPool(options: SessionPoolOptions): Promise<SessionPool> {
  const holding = new TelemetrySessionPool(options);
  await holding.start();
  return holding;
}

class TelemetrySessionPool implements SessionPool {
  readonly #options: SessionPoolOptions;
  readonly #signal: AbortSignal;
  readonly #client: ReturnType<typeof createHttpClient>;
  readonly #patience = new AbortController();
  readonly #run = `load-${randomBytes(4).toString("hex")}`;
  readonly #sessions: HeldSession[];
  readonly #notConnected: string[] = [];
  readonly #perSecond: { second: number; frames: number; connected: number }[] = [];
  readonly #joined = new Set<string>();
  #frames = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: SessionPoolOptions) {
    this.#options = options;
    this.#signal = options.signal ?? new AbortController().signal;
    this.#client = createHttpClient(options.target, {
      bucket: this.#run,
      // Not the caller's signal: after an interruption the players must still be erased.
      signal: this.#patience.signal,
      timeoutMs: RESPONSE_TIMEOUT_MS,
      retryBudgetMs: 0,
    });
    this.#sessions = Array.from({ length: options.clients }, (_, index) => {
      const { reconnectBudgetMs } = options;
      const onFrame = (): void => {
        this.#frames += 1;
      };
      return new HeldSession({
        transport: this.#door(index),
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
    this.#watch();
  }

  async end(): Promise<SessionsResult> {
    await Promise.all(this.#sessions.map((session) => session.waitUntilSettled()));
    clearInterval(this.#timer);
    const result = this.#result();
    for (const session of this.#sessions) session.close();
    const leftBehind = await this.#erase();
    this.#client.close();
    return { ...result, leftBehind };
  }

  #watch(): void {
    let before = performance.now();
    this.#timer = setInterval(() => {
      const now = performance.now();
      // After a pause of this process itself, frames are waiting that it has not read yet.
      const wasAsleep = now - before > 2 * SAMPLE_INTERVAL_MS;
      before = now;
      this.#perSecond.push({
        second: this.#perSecond.length,
        frames: this.#frames,
        connected: this.counts.connected,
      });
      this.#frames = 0;
      if (!wasAsleep) for (const session of this.#sessions) session.closeIfStalled();
    }, SAMPLE_INTERVAL_MS).unref();
  }

  #door(index: number): SessionTransport {
    const { target } = this.#options;
    const player = `${this.#run}-${index}`;
    return {
      open: () =>
        TelemetryConnection.open({ target, player, bucket: player, timeoutMs: RESPONSE_TIMEOUT_MS }),
      join: async () => {
        if (target.apiToken === undefined) return undefined;
        const body = { id: player, name: player };
        const ask = { method: "POST", body, bucket: player, retry: false } as const;
        const reply = await this.#client.http("/players", ask).catch(() => undefined);
        if (reply === undefined) throw new NotConnectedError("no answer to joining");
        if (reply.status !== 201) throw new NotConnectedError(`joining refused with ${reply.status}`);
        this.#joined.add(player);
        return (reply.json as { readonly resumed?: unknown } | undefined)?.resumed === true;
      },
    };
  }

  /** @returns how many players are still there. */
  async #erase(): Promise<number> {
    let left = 0;
    const timer = setTimeout(() => this.#patience.abort(), CLEANUP_TIMEOUT_MS);
    await forEachConcurrently([...this.#joined], async (player) => {
      const ask = { method: "DELETE", bucket: player, retry: false } as const;
      const reply = await this.#client.http(`/players/${player}`, ask).catch(() => undefined);
      if (reply === undefined || ![204, 404].includes(reply.status)) left += 1;
    });
    clearTimeout(timer);
    return left;
  }

  #result(): Omit<SessionsResult, "leftBehind"> {
    const started = this.#sessions.filter(({ state }) => state !== "new");
    const { connected: held, dropped, reconnected, lost } = this.counts;
    const returns = computeDistribution(this.#sessions.flatMap(({ reconnectTimesMs }) => reconnectTimesMs));
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
      ...(returns === undefined ? {} : { reconnectMs: returns }),
      rateHz: Math.max(0, ...this.#sessions.map(({ rateHz }) => rateHz)),
      ...(rates === undefined ? {} : { framesPerSecond: { min: rates.min, p50: rates.p50, max: rates.max } }),
      longestGapMs: Math.round(Math.max(0, ...this.#sessions.map(({ longestGapMs }) => longestGapMs))),
      perSecond: this.#perSecond,
    };
  }
}

function countByReason(words: readonly string[]): Record<string, number> {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return Object.fromEntries([...counts].sort());
}

/** Does something with each, a limited number at once. */
async function forEachConcurrently<Item>(
  items: readonly Item[],
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const waiting = [...items];
  const worker = async (): Promise<void> => {
    for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: Math.min(MAX_CONCURRENT_HANDSHAKES, items.length) }, worker));
}
