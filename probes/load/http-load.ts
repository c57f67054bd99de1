import { Agent as PlainAgent, request as plainRequest } from "node:http";
import { Agent as TlsAgent, request as tlsRequest } from "node:https";
import { isIP } from "node:net";
import { errorCode } from "../../components/shared/error-code.ts";
import type { Target } from "../target/target.ts";
import { HttpStats } from "./http-stats.ts";
import { type Profile, requestsDueBy } from "./profile.ts";

export interface HttpLoadOptions {
  readonly target: Target;
  readonly profile: Profile;
  /** Paths that are requested in turn, with GET. */
  readonly paths: readonly string[];
  /** Prefix of the rate-limit bucket names: lower-case letters, digits and hyphens. */
  readonly run: string;
  readonly signal: AbortSignal;
  /** Time without data after which a request fails, in milliseconds; 5000 by default. */
  readonly responseTimeoutMs?: number | undefined;
}

/** Interval of the check for due requests; latency is measured from that check, so the interval does not add to it. */
const POLL_INTERVAL_MS = 5;

/** A player gives up earlier than this. */
const RESPONSE_TIMEOUT_MS = 5000;

/** Minimum length of the queue for a free connection; at higher rates it holds one second of requests. */
const MIN_QUEUE_LENGTH = 100;

/** Monotonic Unix time in milliseconds, so that it can measure durations and be compared with dates. */
function currentTimeMs(): number {
  return performance.timeOrigin + performance.now();
}

interface DueRequest {
  readonly key: string;
  readonly path: string;
  readonly bucket: string;
  readonly dueMs: number;
}

/**
 * Sends requests at the profile's rate, independent of the responses (an open loop). A request without a free connection
 * waits, and its latency is measured from its scheduled time, so that a stall shows in every request that it delayed.
 */
export class HttpLoad {
  readonly stats: HttpStats;
  readonly #options: HttpLoadOptions;
  readonly #agent: PlainAgent | TlsAgent;
  readonly #base: URL;
  readonly #queue: DueRequest[] = [];
  readonly #startMs = currentTimeMs();
  #enqueuedCount = 0;
  #inFlight = 0;
  #nextPair = 0;
  #aborted = false;

  constructor(options: HttpLoadOptions) {
    this.#options = options;
    this.stats = new HttpStats(this.#startMs);
    this.#base = new URL(options.target.url);
    const sockets = { keepAlive: true, maxSockets: options.profile.connections };
    const { authority, serverName } = options.target;
    this.#agent =
      this.#base.protocol === "https:"
        ? new TlsAgent({
            ...sockets,
            // Explicit, because requests carry a token and NODE_TLS_REJECT_UNAUTHORIZED=0 would disable the check.
            rejectUnauthorized: true,
            ...(authority === undefined ? {} : { ca: authority }),
            ...(isIP(serverName) === 0 ? { servername: serverName } : {}),
          })
        : new PlainAgent(sockets);
  }

  /** Runs the profile until its end or the signal. @returns seconds in which requests were sent */
  async run(): Promise<number> {
    const { profile, signal } = this.#options;
    const elapsed = (): number => (currentTimeMs() - this.#startMs) / 1000;
    let previousMs = currentTimeMs();
    while (elapsed() < profile.seconds && !signal.aborted) {
      await new Promise((resolve) => setTimeout(resolve, POLL_INTERVAL_MS));
      const now = currentTimeMs();
      this.stats.generatorLagMs = Math.max(this.stats.generatorLagMs, now - previousMs - POLL_INTERVAL_MS);
      previousMs = now;
      this.#enqueueDue(elapsed());
    }
    const seconds = elapsed();
    // Without an interruption, requests in flight may still complete.
    while ((this.#inFlight > 0 || this.#queue.length > 0) && !signal.aborted) {
      await new Promise((resolve) => setTimeout(resolve, POLL_INTERVAL_MS));
    }
    this.#aborted = true;
    this.#queue.length = 0;
    this.#agent.destroy();
    return seconds;
  }

  #enqueueDue(elapsedSeconds: number): void {
    const due = Math.floor(requestsDueBy(this.#options.profile, elapsedSeconds));
    for (; this.#enqueuedCount < due; this.#enqueuedCount += 1) {
      const next = this.#nextRequest();
      if (next === undefined) this.stats.rateLimits.countDelayed();
      else if (this.#queue.length < Math.max(MIN_QUEUE_LENGTH, this.#options.profile.rate))
        this.#queue.push(next);
      else this.stats.notSent += 1;
    }
    this.#sendQueued();
  }

  /** The next pair of client and path that is not waiting for Retry-After. */
  #nextRequest(): DueRequest | undefined {
    const { paths, run, profile } = this.#options;
    const pairs = paths.length * profile.connections;
    const dueMs = currentTimeMs();
    for (let tried = 0; tried < pairs; tried += 1) {
      const index = this.#nextPair;
      this.#nextPair = (index + 1) % pairs;
      const path = paths[index % paths.length] ?? "/";
      const client = Math.floor(index / paths.length);
      const key = `${client} ${path}`;
      if (!this.stats.rateLimits.isBackingOff(key, dueMs)) {
        return { key, path, bucket: `${run}-${client}`, dueMs };
      }
    }
    return undefined;
  }

  #sendQueued(): void {
    while (this.#inFlight < this.#options.profile.connections) {
      const next = this.#queue.shift();
      if (next === undefined) return;
      this.#send(next);
    }
  }

  #send({ key, path, bucket, dueMs }: DueRequest): void {
    const { target } = this.#options;
    const isTls = this.#base.protocol === "https:";
    const sentMs = currentTimeMs();
    this.#inFlight += 1;
    this.stats.sent += 1;
    let ended = false;
    const end = (count: (nowMs: number) => void): void => {
      if (ended) return;
      ended = true;
      this.#inFlight -= 1;
      count(currentTimeMs());
      if (!this.#aborted) this.#sendQueued();
    };
    const sent = (isTls ? tlsRequest : plainRequest)({
      hostname: this.#base.hostname.replace(/^\[|\]$/g, ""),
      port: this.#base.port === "" ? (isTls ? 443 : 80) : this.#base.port,
      path: `${this.#base.pathname === "/" ? "" : this.#base.pathname}${path}`,
      agent: this.#agent,
      headers: requestHeaders(target, bucket),
    });
    const fail = (error: unknown): void => {
      const reason = this.#aborted ? "interrupted" : (errorCode(error) ?? "broken");
      end((nowMs) => this.stats.recordNoResponse(reason, nowMs));
    };
    sent.setTimeout(this.#options.responseTimeoutMs ?? RESPONSE_TIMEOUT_MS, () => {
      sent.destroy(Object.assign(new Error("no response in time"), { code: "TIMEOUT" }));
    });
    sent.on("error", fail);
    sent.on("response", (response) => {
      const { statusCode: status = 0, headers } = response;
      const retryAfter = headers["retry-after"];
      response.on("error", fail).on("close", () => fail(undefined));
      response.resume().on("end", () => {
        end((nowMs) => this.stats.recordResponse({ key, status, retryAfter, dueMs, sentMs, nowMs }));
      });
    });
    sent.end();
  }
}

/** Each simulated client has its own rate-limit bucket, as each player has their own address; only the service token may set one. */
function requestHeaders({ apiToken, serverName, url }: Target, bucket: string): Record<string, string> {
  const { port } = new URL(url);
  return {
    Host: port === "" ? serverName : `${serverName}:${port}`,
    "User-Agent": "spacetime-vr-load",
    ...(apiToken === undefined
      ? {}
      : { Authorization: `Bearer ${apiToken.reveal()}`, "X-Rate-Limit-Bucket": bucket }),
  };
}
