import { NotConnectedError, type ResumeOutcome, type TelemetryConnection } from "./telemetry-connection.ts";

/** How a session comes to the server; both fail with `NotConnected`. */
export interface SessionTransport {
  /** A new, welcomed connection. */
  readonly open: () => Promise<TelemetryConnection>;
  /** Joins as the player. @returns whether the server still knew the session; undefined where nobody can join. */
  readonly join: () => Promise<boolean | undefined>;
}

export interface HeldSessionOptions {
  readonly transport: SessionTransport;
  /** Milliseconds within which it must be back. */
  readonly reconnectBudgetMs: number;
  readonly signal: AbortSignal;
  readonly onFrame: () => void;
}

/** Frames must come at least so often; a connection that is silent for longer is as good as gone. */
const STALL_TIMEOUT_MS = 3000;

/** Between two tries to come back. */
const RETRY_DELAY = { firstMs: 50, mostMs: 1000 } as const;

/** `new` until it was welcomed once; `lost` for good. */
export type SessionState = "new" | "held" | "reconnecting" | "lost" | "left";

/** One player's session, held through whatever the server does. */
export class HeldSession {
  readonly #options: HeldSessionOptions;
  #link: TelemetryConnection | undefined;
  #moving: Promise<void> | undefined;
  #lastFrameMs = 0;
  #heldSinceMs = 0;
  state: SessionState = "new";
  lostReason: string | undefined;
  dropped = 0;
  stalled = 0;
  resumed = 0;
  /** How long each return took. */
  readonly reconnectTimesMs: number[] = [];
  frames = 0;
  longestGapMs = 0;
  rateHz = 0;

  constructor(options: HeldSessionOptions) {
    this.#options = options;
  }

  /** @throws NotConnected */
  async start(): Promise<void> {
    await this.#options.transport.join();
    this.#hold(await this.#options.transport.open());
    this.#listen();
    this.#heldSinceMs = performance.now();
  }

  /** Frames per second since it was first held; the time away counts, as it does for a player. */
  get framesPerSecond(): number {
    const seconds = (performance.now() - this.#heldSinceMs) / 1000;
    return this.#heldSinceMs === 0 || seconds <= 0 ? 0 : this.frames / seconds;
  }

  /** Cuts the connection if it has been silent for too long; the session then comes back as after a drop. */
  closeIfStalled(): void {
    if (this.state !== "held" || performance.now() - this.#lastFrameMs < STALL_TIMEOUT_MS) return;
    this.stalled += 1;
    this.#noteGap();
    this.#link?.cut();
  }

  /** Waits until it is back or lost. */
  async waitUntilSettled(): Promise<void> {
    while (this.#moving !== undefined) await this.#moving;
  }

  close(): void {
    if (this.state === "held") this.state = "left";
    this.#link?.close();
    this.#link = undefined;
  }

  #hold(link: TelemetryConnection): void {
    this.#link = link;
    this.state = "held";
    this.rateHz = link.rateHz;
    this.#lastFrameMs = performance.now();
  }

  /** Only when a return is over: what the new connection tells meanwhile is told then, and may begin the next one. */
  #listen(): void {
    const link = this.#link;
    link?.listen({
      onFrame: () => this.#frame(),
      onLeave: (token) => this.#move(token),
      onEnd: () => {
        if (this.#link !== link || this.#moving !== undefined) return;
        this.dropped += 1;
        this.#move(undefined);
      },
    });
  }

  #frame(): void {
    this.#noteGap();
    this.#lastFrameMs = performance.now();
    this.frames += 1;
    this.#options.onFrame();
  }

  #noteGap(): void {
    this.longestGapMs = Math.max(this.longestGapMs, performance.now() - this.#lastFrameMs);
  }

  #move(token: string | undefined): void {
    if (this.#moving !== undefined || this.state !== "held") return;
    this.state = "reconnecting";
    this.#moving = this.#comeBack(token).finally(() => {
      this.#moving = undefined;
      if (this.state === "held") this.#listen();
    });
  }

  /** Opens the new connection before the old one is left, so that frames go on where the server lets them. */
  async #comeBack(token: string | undefined): Promise<void> {
    const { reconnectBudgetMs, signal } = this.#options;
    const beginMs = performance.now();
    const old = this.#link;
    let reason = "no connection";
    for (let pauseMs: number = RETRY_DELAY.firstMs; ; pauseMs = Math.min(RETRY_DELAY.mostMs, pauseMs * 2)) {
      const leftMs = reconnectBudgetMs - (performance.now() - beginMs);
      if (leftMs <= 0 || signal.aborted) break;
      const outcome = await this.#tryOnce(token, leftMs).catch((error: unknown) =>
        toNotConnectedError(error),
      );
      if (outcome instanceof NotConnectedError) {
        reason = outcome.message;
        await sleep(Math.min(leftMs, Math.max(pauseMs, retryDelayMs(outcome))), signal);
        continue;
      }
      old?.close();
      if (outcome === "refused") return this.#lose("the server did not take the session over");
      this.reconnectTimesMs.push(performance.now() - beginMs);
      return;
    }
    old?.close();
    if (!signal.aborted) this.#lose(`not back within the budget: ${reason}`);
  }

  /** @throws NotConnected */
  async #tryOnce(token: string | undefined, leftMs: number): Promise<ResumeOutcome> {
    const { transport } = this.#options;
    const next = await transport.open();
    try {
      const outcome: ResumeOutcome | undefined =
        token === undefined
          ? (await transport.join()) === true
            ? "resumed"
            : undefined
          : await next.resume(token, leftMs);
      if (outcome === "broken") throw new NotConnectedError("the connection broke while resuming");
      if (outcome === "refused") {
        next.close();
        return outcome;
      }
      if (outcome === "resumed") this.resumed += 1;
      this.#hold(next);
      return "resumed";
    } catch (error) {
      next.close();
      throw error;
    }
  }

  #lose(reason: string): void {
    this.state = "lost";
    this.lostReason = reason;
    this.#link?.close();
    this.#link = undefined;
  }
}

function toNotConnectedError(error: unknown): NotConnectedError {
  return error instanceof NotConnectedError ? error : new NotConnectedError("no answer");
}

/** What the server asked for, as far as a player's patience goes. */
function retryDelayMs({ retryAfterSeconds = 0 }: NotConnectedError): number {
  return Math.min(RETRY_DELAY.mostMs, retryAfterSeconds * 1000);
}

/** Sleeps, and wakes at once when it is all over. */
function sleep(ms: number, signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const wake = (): void => resolve();
  const timer = setTimeout(wake, ms);
  signal.addEventListener("abort", wake);
  return promise.finally(() => {
    clearTimeout(timer);
    signal.removeEventListener("abort", wake);
  });
}
