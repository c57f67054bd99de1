import { messageOf } from "../errors.ts";

/** Repeated work that ends together; a failure of one turn is told and does not end the others. */
export class Timers {
  readonly #timers = new Set<NodeJS.Timeout>();
  readonly #factor: number;
  readonly #onError: (reason: string) => void;

  /** @param factor tests make long intervals short with it; 1 everywhere else. */
  constructor(factor: number, onError: (reason: string) => void) {
    this.#factor = factor;
    this.#onError = onError;
  }

  every(seconds: number, work: () => void | Promise<void>): void {
    let busy = false;
    const turn = async (): Promise<void> => {
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
    this.#timers.add(setInterval(() => void turn(), seconds * 1000 * this.#factor));
  }

  stop(): void {
    for (const timer of this.#timers) clearInterval(timer);
    this.#timers.clear();
  }
}

/** Further behind than this many ticks, the missed ones are left out instead of being made up for in a burst. */
const MAX_TICKS_BEHIND = 5;

/** Calls at a rate: timers of whole milliseconds, laid out so that the mean rate is exact. */
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
    // Rounded down, a timer fires up to a millisecond early; the layout corrects it with the next one.
    const wait = Math.max(0, Math.floor(this.#next - performance.now()));
    this.#timer = setTimeout(() => this.#turn(), wait);
  }

  #turn(): void {
    const now = performance.now();
    this.#next += this.#periodMs;
    if (this.#next < now - MAX_TICKS_BEHIND * this.#periodMs) this.#next = now;
    this.#work();
    this.#schedule();
  }
}
