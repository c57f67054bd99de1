import { messageOf } from "../errors.ts";

/** Periodic work. A failed run is reported and does not stop the following ones. */
export class Timers {
  readonly #timers = new Set<NodeJS.Timeout>();
  readonly #factor: number;
  readonly #onError: (reason: string) => void;

  /** @param factor shortens the intervals in tests; 1 everywhere else. */
  constructor(factor: number, onError: (reason: string) => void) {
    this.#factor = factor;
    this.#onError = onError;
  }

  every(seconds: number, work: () => void | Promise<void>): void {
    let busy = false;
    const run = async (): Promise<void> => {
      if (busy) return;
      busy = true;
      try {
        await work();
      } catch (error) {
        this.#onError(messageOf(error));
      } finally {
        busy = false;
      }
    };
    this.#timers.add(setInterval(() => void run(), seconds * 1000 * this.#factor));
  }

  stop(): void {
    for (const timer of this.#timers) clearInterval(timer);
    this.#timers.clear();
  }
}

/** When more ticks than this are overdue, they are skipped instead of run in a burst. */
const MAX_TICKS_BEHIND = 5;

/** Calls a function at a fixed rate. Timers have whole milliseconds, so the delays vary to keep the mean rate exact. */
export class Ticker {
  readonly #periodMs: number;
  readonly #work: () => void;
  #next = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(hertz: number, work: () => void) {
    this.#periodMs = 1000 / hertz;
    this.#work = work;
  }

  start(): void {
    this.#next = performance.now() + this.#periodMs;
    this.#schedule();
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  #schedule(): void {
    // Rounded down, a timer fires up to a millisecond early; the next delay corrects it.
    const wait = Math.max(0, Math.floor(this.#next - performance.now()));
    this.#timer = setTimeout(() => this.#runTick(), wait);
  }

  #runTick(): void {
    const now = performance.now();
    this.#next += this.#periodMs;
    if (this.#next < now - MAX_TICKS_BEHIND * this.#periodMs) this.#next = now;
    this.#work();
    this.#schedule();
  }
}
