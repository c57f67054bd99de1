import { NotConnectedError, type ResumeOutcome, type TelemetryConnection } from "./telemetry-connection.ts";

/** How a session connects to the server; both methods reject with `NotConnectedError`. */
export interface SessionTransport {
  /** Opens a connection and waits for the server's welcome message. */
  readonly open: () => Promise<TelemetryConnection>;
  /** Joins as the player. @returns whether the server resumed its session; undefined without a token. */
  readonly join: () => Promise<boolean | undefined>;
}

export interface HeldSessionOptions {
  readonly transport: SessionTransport;
  /** Maximum time for a reconnect, in milliseconds. */
  readonly reconnectBudgetMs: number;
  readonly signal: AbortSignal;
  readonly onFrame: () => void;
}

/** A connection without a frame for this long counts as stalled. */
const STALL_TIMEOUT_MS = 3000;

/** Delay between two reconnect attempts. */
const RETRY_DELAY = { initialMs: 50, maxMs: 1000 } as const;

/** `new` until the first welcome message; `lost` is final. */
export type SessionState = "new" | "held" | "reconnecting" | "lost" | "left";

/** The session of one simulated player, which reconnects when the server drains or the connection drops. */
export class HeldSession {
  readonly #options: HeldSessionOptions;
  #connection: TelemetryConnection | undefined;
  #reconnecting: Promise<void> | undefined;
  #lastFrameMs = 0;
  #connectedSinceMs = 0;
  state: SessionState = "new";
  lostReason: string | undefined;
  dropped = 0;
  stalled = 0;
  resumed = 0;
  /** Duration of each successful reconnect. */
  readonly reconnectTimesMs: number[] = [];
  frames = 0;
  longestGapMs = 0;
  rateHz = 0;

  constructor(options: HeldSessionOptions) {
    this.#options = options;
  }

  /** @throws NotConnectedError */
  async start(): Promise<void> {
    await this.#options.transport.join();
    this.#setConnection(await this.#options.transport.open());
    this.#subscribe();
    this.#connectedSinceMs = performance.now();
  }

  /** Frames per second since the first connection, including the time without one. */
  get framesPerSecond(): number {
    const seconds = (performance.now() - this.#connectedSinceMs) / 1000;
    return this.#connectedSinceMs === 0 || seconds <= 0 ? 0 : this.frames / seconds;
  }

  /** Terminates a stalled connection, so that the session reconnects as after a drop. */
  closeIfStalled(): void {
    if (this.state !== "held" || performance.now() - this.#lastFrameMs < STALL_TIMEOUT_MS) return;
    this.stalled += 1;
    this.#recordGap();
    this.#connection?.terminate();
  }

  /** Waits until no reconnect is in progress. */
  async waitUntilSettled(): Promise<void> {
    while (this.#reconnecting !== undefined) await this.#reconnecting;
  }

  close(): void {
    if (this.state === "held") this.state = "left";
    this.#connection?.close();
    this.#connection = undefined;
  }

  #setConnection(connection: TelemetryConnection): void {
    this.#connection = connection;
    this.state = "held";
    this.rateHz = connection.rateHz;
    this.#lastFrameMs = performance.now();
  }

  /** Called only after a reconnect; the connection then delivers the events that it received in the meantime. */
  #subscribe(): void {
    const connection = this.#connection;
    connection?.subscribe({
      onFrame: () => this.#recordFrame(),
      onReconnectRequest: (token) => this.#startReconnect(token),
      onClose: () => {
        if (this.#connection !== connection || this.#reconnecting !== undefined) return;
        this.dropped += 1;
        this.#startReconnect(undefined);
      },
    });
  }

  #recordFrame(): void {
    this.#recordGap();
    this.#lastFrameMs = performance.now();
    this.frames += 1;
    this.#options.onFrame();
  }

  #recordGap(): void {
    this.longestGapMs = Math.max(this.longestGapMs, performance.now() - this.#lastFrameMs);
  }

  #startReconnect(token: string | undefined): void {
    if (this.#reconnecting !== undefined || this.state !== "held") return;
    this.state = "reconnecting";
    this.#reconnecting = this.#reconnect(token).finally(() => {
      this.#reconnecting = undefined;
      if (this.state === "held") this.#subscribe();
    });
  }

  /** Opens the new connection before it closes the previous one, so that frames continue if the server allows both. */
  async #reconnect(token: string | undefined): Promise<void> {
    const { reconnectBudgetMs, signal } = this.#options;
    const startMs = performance.now();
    const previous = this.#connection;
    let reason = "no connection";
    for (let delayMs: number = RETRY_DELAY.initialMs; ; delayMs = Math.min(RETRY_DELAY.maxMs, delayMs * 2)) {
      const remainingMs = reconnectBudgetMs - (performance.now() - startMs);
      if (remainingMs <= 0 || signal.aborted) break;
      const outcome = await this.#attemptReconnect(token, remainingMs).catch((error: unknown) =>
        toNotConnectedError(error),
      );
      if (outcome instanceof NotConnectedError) {
        reason = outcome.message;
        await sleep(Math.min(remainingMs, Math.max(delayMs, retryAfterMs(outcome))), signal);
        continue;
      }
      previous?.close();
      if (outcome === "rejected") return this.#markLost("the server did not take the session over");
      this.reconnectTimesMs.push(performance.now() - startMs);
      return;
    }
    previous?.close();
    if (!signal.aborted) this.#markLost(`not back within the budget: ${reason}`);
  }

  /** @throws NotConnectedError */
  async #attemptReconnect(token: string | undefined, remainingMs: number): Promise<ResumeOutcome> {
    const { transport } = this.#options;
    const connection = await transport.open();
    try {
      const outcome: ResumeOutcome | undefined =
        token === undefined
          ? (await transport.join()) === true
            ? "resumed"
            : undefined
          : await connection.resume(token, remainingMs);
      if (outcome === "broken") throw new NotConnectedError("the connection broke while resuming");
      if (outcome === "rejected") {
        connection.close();
        return outcome;
      }
      if (outcome === "resumed") this.resumed += 1;
      this.#setConnection(connection);
      return "resumed";
    } catch (error) {
      connection.close();
      throw error;
    }
  }

  #markLost(reason: string): void {
    this.state = "lost";
    this.lostReason = reason;
    this.#connection?.close();
    this.#connection = undefined;
  }
}

function toNotConnectedError(error: unknown): NotConnectedError {
  return error instanceof NotConnectedError ? error : new NotConnectedError("no answer");
}

/** The server's Retry-After, limited to the longest delay that a player would accept. */
function retryAfterMs({ retryAfterSeconds = 0 }: NotConnectedError): number {
  return Math.min(RETRY_DELAY.maxMs, retryAfterSeconds * 1000);
}

/** Sleeps until the time has passed or the signal is aborted. */
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
