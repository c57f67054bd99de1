import { memoryUsage } from "node:process";
import type { Metrics } from "../observability/metrics.ts";
import type { Settings } from "../settings/settings.ts";
import { Ticker } from "./timers.ts";

/** Frame rate and related measurements of the last sample. */
interface FrameSample {
  /** Frames per second. */
  readonly fps: number;
  readonly frameTimeMs: number;
  readonly physicsTicksPerSecond: number;
  /** Resident memory of the process, megabytes (10^6 bytes). */
  readonly memoryMb: number;
}

const BYTES_PER_MEGABYTE = 1e6;

/** Time until the first sample: 18 frames at 90 Hz. */
const FIRST_SAMPLE_MS = 200;

/**
 * The main loop. It neither renders nor simulates: it runs timers at the configured rates and measures the rates that
 * were reached, so the reported numbers are real measurements of this process.
 */
export class FrameLoop {
  readonly #settings: Settings["performance"];
  readonly #metrics: Metrics;
  readonly #ticker: Ticker;
  readonly #started = performance.now();
  #frames = 0;
  #ticks = 0;
  #lastFrameAt = performance.now();
  #sampled = { at: performance.now(), frames: 0, ticks: 0 };
  #sample: FrameSample | undefined;
  #stalled = false;
  #measured = Promise.resolve();

  constructor(settings: Settings["performance"], metrics: Metrics) {
    this.#settings = settings;
    this.#metrics = metrics;
    this.#ticker = new Ticker(settings.targetFps, () => this.#runFrame());
  }

  start(): void {
    this.#lastFrameAt = performance.now();
    this.#sampled = { at: this.#lastFrameAt, frames: 0, ticks: 0 };
    this.#ticker.start();
    this.#measured = new Promise((resolve) => {
      setTimeout(resolve, FIRST_SAMPLE_MS).unref();
    });
  }

  /** Resolves when enough frames have passed for a meaningful rate; await it before reporting one. */
  get firstSampleReady(): Promise<void> {
    return this.#measured;
  }

  stop(): void {
    this.#ticker.stop();
  }

  /** For tests: stops the loop while the process keeps running. */
  stall(): void {
    this.#stalled = true;
  }

  get frames(): number {
    return this.#frames;
  }

  secondsSinceLastFrame(): number {
    return (performance.now() - this.#lastFrameAt) / 1000;
  }

  uptimeSeconds(): number {
    return (performance.now() - this.#started) / 1000;
  }

  /** The last sample or, before the first one, the averages since the start. */
  get sample(): FrameSample {
    return this.#sample ?? this.#measure();
  }

  get isSampled(): boolean {
    return this.#sample !== undefined;
  }

  takeSample(): FrameSample {
    this.#sample = this.#measure();
    this.#sampled = { at: performance.now(), frames: this.#frames, ticks: this.#ticks };
    return this.#sample;
  }

  /** `ok`, `degraded` or `critical`, by the thresholds of GODOT_FPS_* and GODOT_MEMORY_TARGET_MB. */
  get status(): "ok" | "degraded" | "critical" {
    const { fps, memoryMb } = this.sample;
    const { alertFps, criticalFps, memoryTargetMb } = this.#settings;
    if (fps < criticalFps) return "critical";
    return fps < alertFps || memoryMb > memoryTargetMb ? "degraded" : "ok";
  }

  #runFrame(): void {
    if (this.#stalled) return;
    const now = performance.now();
    this.#metrics.observe("spacetime_frame_duration_seconds", (now - this.#lastFrameAt) / 1000);
    this.#metrics.increment("spacetime_frames_total");
    this.#frames += 1;
    this.#lastFrameAt = now;
    const due = Math.floor(((now - this.#started) / 1000) * this.#settings.physicsTicksPerSecond);
    this.#metrics.increment("spacetime_physics_ticks_total", {}, due - this.#ticks);
    this.#ticks = due;
  }

  #measure(): FrameSample {
    const seconds = Math.max(0.001, (performance.now() - this.#sampled.at) / 1000);
    const frames = this.#frames - this.#sampled.frames;
    const rate = (count: number): number => Math.round((count / seconds) * 10) / 10;
    return {
      fps: rate(frames),
      frameTimeMs: frames === 0 ? Math.round(seconds * 1000) : Math.round((seconds * 1e5) / frames) / 100,
      physicsTicksPerSecond: rate(this.#ticks - this.#sampled.ticks),
      memoryMb: Math.round(memoryUsage.rss() / BYTES_PER_MEGABYTE),
    };
  }
}
