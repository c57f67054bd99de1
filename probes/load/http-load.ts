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
  /** Asked in turn, by GET. */
  readonly paths: readonly string[];
  /** Begins the names of the rate-limit buckets: small letters, digits and hyphens. */
  readonly run: string;
  readonly signal: AbortSignal;
  /** Silence after which a request has no answer: milliseconds, 5000 unless said otherwise. */
  readonly answerTimeoutMs?: number | undefined;
}

/** How often due requests are looked for: their own clock, so that it adds nothing to a latency. */
const POLL_INTERVAL_MS = 5;

/** By then a person has given up. */
const RESPONSE_TIMEOUT_MS = 5000;

/** Requests that may wait for a connection: a second's worth, or this many where that is few. */
const MIN_QUEUE_LENGTH = 100;

/** Unix time in milliseconds that never jumps, so that it measures and can be compared with a date. */
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
 * Asks at the profile's rate whether or not answers come (an open loop): a request that finds no free connection waits, and
 * its latency counts from when it was due. So a target that stalls shows it in every request that the stall met.
 */
export class HttpLoad {
  readonly stats: HttpStats;
  readonly #options: HttpLoadOptions;
  readonly #agent: PlainAgent | TlsAgent;
  readonly #base: URL;
  readonly #queue: DueRequest[] = [];
  readonly #beginMs = currentTimeMs();
  #issued = 0;
  #underWay = 0;
  #turn = 0;
  #aborted = false;

  constructor(options: HttpLoadOptions) {
    this.#options = options;
    this.stats = new HttpStats(this.#beginMs);
    this.#base = new URL(options.target.url);
    const sockets = { keepAlive: true, maxSockets: options.profile.connections };
    const { authority, serverName } = options.target;
    this.#agent =
      this.#base.protocol === "https:"
        ? new TlsAgent({
            ...sockets,
            // The certificate is checked before anything is sent: requests carry a token.
            rejectUnauthorized: true,
            ...(authority === undefined ? {} : { ca: authority }),
            ...(isIP(serverName) === 0 ? { servername: serverName } : {}),
          })
        : new PlainAgent(sockets);
  }

  /** Runs the profile, or until the signal. @returns seconds in which requests were made. */
  async run(): Promise<number> {
    const { profile, signal } = this.#options;
    const elapsed = (): number => (currentTimeMs() - this.#beginMs) / 1000;
    let before = currentTimeMs();
    while (elapsed() < profile.seconds && !signal.aborted) {
      await new Promise((resolve) => setTimeout(resolve, POLL_INTERVAL_MS));
      const now = currentTimeMs();
      this.stats.generatorLagMs = Math.max(this.stats.generatorLagMs, now - before - POLL_INTERVAL_MS);
      before = now;
      this.#issue(elapsed());
    }
    const seconds = elapsed();
    // Whoever interrupts wants an end; otherwise each request has its time to be answered.
    while ((this.#underWay > 0 || this.#queue.length > 0) && !signal.aborted) {
      await new Promise((resolve) => setTimeout(resolve, POLL_INTERVAL_MS));
    }
    this.#aborted = true;
    this.#queue.length = 0;
    this.#agent.destroy();
    return seconds;
  }

  #issue(at: number): void {
    const due = Math.floor(requestsDueBy(this.#options.profile, at));
    for (; this.#issued < due; this.#issued += 1) {
      const next = this.#next();
      if (next === undefined) this.stats.rateLimits.holdBack();
      else if (this.#queue.length < Math.max(MIN_QUEUE_LENGTH, this.#options.profile.rate))
        this.#queue.push(next);
      else this.stats.notSent += 1;
    }
    this.#pump();
  }

  /** The next client and path in turn that was not told to wait. */
  #next(): DueRequest | undefined {
    const { paths, run, profile } = this.#options;
    const turns = paths.length * profile.connections;
    const dueMs = currentTimeMs();
    for (let tried = 0; tried < turns; tried += 1) {
      const turn = this.#turn;
      this.#turn = (turn + 1) % turns;
      const path = paths[turn % paths.length] ?? "/";
      const client = Math.floor(turn / paths.length);
      const key = `${client} ${path}`;
      if (!this.stats.rateLimits.rests(key, dueMs)) {
        return { key, path, bucket: `${run}-${client}`, dueMs };
      }
    }
    return undefined;
  }

  #pump(): void {
    while (this.#underWay < this.#options.profile.connections) {
      const next = this.#queue.shift();
      if (next === undefined) return;
      this.#send(next);
    }
  }

  #send({ key, path, bucket, dueMs }: DueRequest): void {
    const { target } = this.#options;
    const isTls = this.#base.protocol === "https:";
    const sentMs = currentTimeMs();
    this.#underWay += 1;
    this.stats.sent += 1;
    let ended = false;
    const end = (count: (nowMs: number) => void): void => {
      if (ended) return;
      ended = true;
      this.#underWay -= 1;
      count(currentTimeMs());
      if (!this.#aborted) this.#pump();
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
      end((nowMs) => this.stats.unanswered(reason, nowMs));
    };
    sent.setTimeout(this.#options.answerTimeoutMs ?? RESPONSE_TIMEOUT_MS, () => {
      sent.destroy(Object.assign(new Error("no answer in time"), { code: "TIMEOUT" }));
    });
    sent.on("error", fail);
    sent.on("response", (response) => {
      const { statusCode: status = 0, headers } = response;
      const retryAfter = headers["retry-after"];
      response.on("error", fail).on("close", () => fail(undefined));
      response.resume().on("end", () => {
        end((nowMs) => this.stats.answered({ key, status, retryAfter, dueMs, sentMs, nowMs }));
      });
    });
    sent.end();
  }
}

/** Only the service token may name a bucket; each simulated client has one, as each player has an address of its own. */
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
