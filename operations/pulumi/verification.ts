import { request } from "node:https";
import type { Environment } from "../../components/shared/environments.ts";

/** What a verification found. */
export interface Verification {
  readonly verdict: "good" | "bad";
  /** One line: how many of the checks passed, and what failed first. */
  readonly summary: string;
}

/** What there is to verify. */
export interface Deployed {
  readonly environment: Environment;
  /** The stack's outputs, secrets left out. */
  readonly outputs: Readonly<Record<string, unknown>>;
}

/** Asks a deployed environment whether it is good. It must answer, not throw, when the environment does not. */
export type Verify = (deployed: Deployed) => Promise<Verification>;

/** A first certificate by DNS-01 and a load balancer's first targets take minutes. */
const PATIENCE_MS = 5 * 60_000;
const PAUSE_MS = 3_000;
const ANSWER_MS = 10_000;

export interface HealthOptions {
  readonly patienceMs?: number;
  readonly pauseMs?: number;
}

/**
 * Asks the stack's `url` for `/health` until it answers `{"status":"ok"}` or the patience ends. Of `local` alone any certificate is
 * taken: its authority is made by the deployment itself.
 */
export function healthVerification({
  patienceMs = PATIENCE_MS,
  pauseMs = PAUSE_MS,
}: HealthOptions = {}): Verify {
  return async ({ environment, outputs }) => {
    const { url } = outputs;
    if (typeof url !== "string" || !URL.canParse(url)) {
      return { verdict: "bad", summary: "the stack has no output `url` to ask" };
    }
    const address = new URL("/health", url);
    const deadline = Date.now() + patienceMs;
    for (;;) {
      const found = await ask(address, environment !== "local");
      if (found === undefined)
        return { verdict: "good", summary: `1 of 1 checks passed: ${address} is healthy` };
      if (Date.now() + pauseMs > deadline)
        return { verdict: "bad", summary: `0 of 1 checks passed: ${address} ${found}` };
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
  };
}

/** What is wrong with the answer; undefined when nothing is. */
async function ask(address: URL, rejectUnauthorized: boolean): Promise<string | undefined> {
  const { promise, resolve } = Promise.withResolvers<string | undefined>();
  if (address.protocol !== "https:") return "is not asked: only https is";
  const options = { rejectUnauthorized, timeout: ANSWER_MS, agent: false };
  const call = request(address, options, (response) => {
    let body = "";
    response.setEncoding("utf8").on("data", (chunk: string) => {
      if (body.length < 4096) body += chunk;
    });
    response.on("error", (error) => resolve(`broke off: ${error.message}`));
    response.on("end", () => {
      const good = response.statusCode === 200 && /"status"\s*:\s*"ok"/.test(body);
      resolve(good ? undefined : `answers ${response.statusCode}`);
    });
  });
  call.on("timeout", () => call.destroy(new Error(`no answer in ${ANSWER_MS / 1000} s`)));
  call.on("error", (error) => resolve(`does not answer: ${error.message}`));
  call.end();
  return promise;
}
