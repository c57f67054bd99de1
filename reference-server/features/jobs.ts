import { randomUUID } from "node:crypto";
import { HttpError, messageOf } from "../errors.ts";
import type { Metrics } from "../observability/metrics.ts";

/** Background work as GET /jobs/{id} answers it. */
export interface Job {
  readonly id: string;
  readonly kind: string;
  readonly state: "running" | "done" | "failed";
  readonly error?: string;
  readonly results?: readonly unknown[];
}

/** Jobs that are remembered; the oldest finished ones go first. */
const MAX_JOBS = 200;

/** JobRouter (phase 2): runs long work in the background. */
export class Jobs {
  readonly #jobs = new Map<string, Job>();
  readonly #metrics: Metrics;

  constructor(metrics: Metrics) {
    this.#metrics = metrics;
  }

  get(id: string): Job | undefined {
    return this.#jobs.get(id);
  }

  /** Starts work. @throws HttpError 503 when too much of it is running. */
  start(kind: string, work: () => Promise<readonly unknown[]>): Job {
    this.#makeRoom();
    const job: Job = { id: randomUUID(), kind, state: "running" };
    this.#jobs.set(job.id, job);
    work().then(
      (results) => this.#finish({ ...job, state: "done", results }),
      (error: unknown) => this.#finish({ ...job, state: "failed", error: messageOf(error) }),
    );
    return job;
  }

  #finish(job: Job): void {
    this.#jobs.set(job.id, job);
    this.#metrics.increment("spacetime_jobs_total", { result: job.state });
  }

  #makeRoom(): void {
    if (this.#jobs.size < MAX_JOBS) return;
    const finished = [...this.#jobs.values()].find(({ state }) => state !== "running");
    if (finished === undefined) {
      throw new HttpError(503, "too_many_jobs", "Too many jobs are running.", {
        headers: { "Retry-After": "5" },
      });
    }
    this.#jobs.delete(finished.id);
  }
}
