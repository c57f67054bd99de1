import { request } from "node:https";

interface WaitForHealthOptions {
  /** When to give up, in milliseconds since the epoch. */
  readonly deadline: number;
  readonly pauseMs: number;
  /** Whether the certificate must be trusted by this machine. */
  readonly trusted: boolean;
  /** Called with the reason after each attempt that is followed by another one. */
  readonly onWait?: ((reason: string) => void) | undefined;
}

const RESPONSE_TIMEOUT_MS = 10_000;

/** A longer response violates the contract. */
const MAX_BODY_CHARACTERS = 4096;

/** Polls `/health` until it returns `{"status":"ok"}`. Returns the last failure, or undefined. Sends no token. */
export async function waitForHealth(
  address: URL,
  options: WaitForHealthOptions,
): Promise<string | undefined> {
  for (;;) {
    const found = await checkHealth(address, options.trusted);
    if (found === undefined || Date.now() + options.pauseMs > options.deadline) return found;
    options.onWait?.(found);
    await new Promise((resolve) => setTimeout(resolve, options.pauseMs));
  }
}

async function checkHealth(address: URL, rejectUnauthorized: boolean): Promise<string | undefined> {
  const { promise, resolve } = Promise.withResolvers<string | undefined>();
  if (address.protocol !== "https:") return "is not checked: the URL must use https";
  const options = { rejectUnauthorized, timeout: RESPONSE_TIMEOUT_MS, agent: false };
  const call = request(address, options, (response) => {
    let body = "";
    response.setEncoding("utf8").on("data", (chunk: string) => {
      if (body.length < MAX_BODY_CHARACTERS) body += chunk;
    });
    response.on("error", (error) => resolve(`broke off: ${error.message}`));
    response.on("end", () => {
      const good = response.statusCode === 200 && /"status"\s*:\s*"ok"/.test(body);
      resolve(good ? undefined : `answers ${response.statusCode}`);
    });
  });
  call.on("timeout", () => call.destroy(new Error(`no answer in ${RESPONSE_TIMEOUT_MS / 1000} s`)));
  call.on("error", (error) => resolve(`does not answer: ${error.message}`));
  call.end();
  return promise;
}
