import { randomUUID } from "node:crypto";
import { HttpError, messageOf } from "../errors.ts";
import type { Metrics } from "../observability/metrics.ts";

/** A background job, as GET /jobs/{id} returns it. */
interface Job {
  readonly id: string;
  readonly kind: string;
  readonly state: "running" | "done" | "failed";
  readonly error?: string;
  readonly results?: readonly unknown[];
}

/** Jobs that are kept in memory; the oldest finished job is evicted first. */
const MAX_JOBS = 200;

/** JobRouter (phase 2): runs jobs in the background. */
export class Jobs {
  readonly #jobs = new Map<string, Job>();
  readonly #metrics: Metrics;

  constructor(metrics: Metrics) {
    this.#metrics = metrics;
  }

  get(id: string): Job | undefined {
    return this.#jobs.get(id);
  }

  /** Starts a job. @throws HttpError 503 when too many jobs are running. */
  start(kind: string, work: () => Promise<readonly unknown[]>): Job {
    this.#evictFinishedJob();
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

  #evictFinishedJob(): void {
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
