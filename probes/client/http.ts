import { type IncomingMessage, Agent as PlainAgent, request as plainRequest } from "node:http";
import { Agent as TlsAgent, request as tlsRequest } from "node:https";
import { isIP } from "node:net";
import { errorCode } from "../../components/shared/error-code.ts";
import { redactSecrets, redactSecretsAndJwts, type Secret } from "../secret.ts";
import type { Target } from "../target/target.ts";

/** An answer, read whole. */
export interface HttpResponse {
  readonly status: number;
  /** Names in small letters. */
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  /** The body as JSON; undefined when it is none. */
  readonly json: unknown;
  /** Milliseconds from the request to the end of the answer. */
  readonly ms: number;
}

export interface RequestOptions {
  readonly method?: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** `service` (default) and `metrics` are the target's tokens; a secret is a caller's own; `none` sends nothing. */
  readonly as?: "service" | "metrics" | "none" | Secret;
  readonly body?: unknown;
  /** `entrance` (default), or the game server's own listener where the target has one. */
  readonly at?: "entrance" | "server";
  /** The rate-limit bucket; by default the run's own. Only the service token may name one. */
  readonly bucket?: string;
  /** Whether 502 and 503 are asked again; default true. */
  readonly retry?: boolean;
}

/** Asks one path of the target. @throws Unanswered when nothing answers in time. */
export type SendRequest = (path: string, ask?: RequestOptions) => Promise<HttpResponse>;

/** Nothing answered: the reason in words, without a token. */
export class NoResponseError extends Error {
  constructor(reason: string) {
    super(reason);
    this.name = "Unanswered";
  }
}

export interface HttpOptions {
  readonly bucket: string;
  readonly signal: AbortSignal;
  /** Milliseconds that one request may take. */
  readonly timeoutMs: number;
  /** Milliseconds that a request may be asked again after what passes by itself. */
  readonly retryBudgetMs: number;
}

/** What ends by itself: a listener that is being replaced, a connection that was closed while idle. */
const TRANSIENT_ERROR_CODES = new Set(["ECONNREFUSED", "ECONNRESET", "EPIPE", "ETIMEDOUT", "EAI_AGAIN"]);

/** An answer larger than this is none that the contract knows; `/metrics` has some tens of kilobytes. */
const MAX_RESPONSE_BYTES = 8 * 2 ** 20;

const FIRST_RETRY_DELAY_MS = 150;

/** The client of one run: connections are kept, and closed by `close`. */
export function createHttpClient(
  target: Target,
  options: HttpOptions,
): { readonly http: SendRequest; readonly close: () => void } {
  const tls = new TlsAgent({
    keepAlive: true,
    maxSockets: 16,
    // Explicit, because NODE_TLS_REJECT_UNAUTHORIZED=0 would otherwise send the token to any server.
    rejectUnauthorized: true,
    ...tlsServerName(target),
    ...(target.authority === undefined ? {} : { ca: target.authority }),
  });
  const plain = new PlainAgent({ keepAlive: true, maxSockets: 16 });
  const secrets = [target.apiToken, target.metricsToken].flatMap((secret) => secret ?? []);
  const http: SendRequest = async (path, ask = {}) => {
    const begin = performance.now();
    for (let pause = FIRST_RETRY_DELAY_MS; ; pause *= 2) {
      const outcome = await sendOnce(path, ask, { target, options, agents: { tls, plain } }).catch(
        toRequestFailure,
      );
      const isTransient =
        "code" in outcome ? TRANSIENT_ERROR_CODES.has(outcome.code) : isTransientResponse(outcome, ask);
      const isOver = performance.now() - begin + pause > options.retryBudgetMs || options.signal.aborted;
      if (isTransient && !isOver) {
        await new Promise((resolve) => setTimeout(resolve, pause));
        continue;
      }
      if ("code" in outcome)
        throw new NoResponseError(redactSecretsAndJwts(`${path}: ${outcome.message}`, secrets));
      // Whoever quotes a part of an answer must not cut a token so that nobody recognises it any more.
      return { ...outcome, text: redactSecrets(outcome.text, secrets) };
    }
  };
  const close = (): void => {
    tls.destroy();
    plain.destroy();
  };
  return { http, close };
}

/** The name for the TLS handshake; an address is none (RFC 6066, 3). */
export function tlsServerName({ serverName }: Target): { readonly servername?: string } {
  return isIP(serverName.replace(/^\[|\]$/g, "")) === 0 ? { servername: serverName } : {};
}

/** The gateway's coarse shield counts per second; the server's own limits are an answer. */
function isTransientResponse({ status, text }: HttpResponse, { retry = true }: RequestOptions): boolean {
  if (status === 429) return text.includes("rate limited by the gateway");
  return retry && (status === 502 || status === 503);
}

interface RequestFailure {
  readonly code: string;
  readonly message: string;
}

function toRequestFailure(error: unknown): RequestFailure {
  const { message } = error as { readonly message?: string };
  const code = errorCode(error) ?? "";
  // Several addresses were tried: the first refusal speaks for all.
  if (error instanceof AggregateError || (message === "" && code !== "")) return { code, message: code };
  return { code, message: message ?? "unknown error" };
}

interface RequestContext {
  readonly target: Target;
  readonly options: HttpOptions;
  readonly agents: { readonly tls: TlsAgent; readonly plain: PlainAgent };
}

function sendOnce(
  path: string,
  ask: RequestOptions,
  { target, options, agents }: RequestContext,
): Promise<HttpResponse> {
  const { promise, resolve, reject } = Promise.withResolvers<HttpResponse>();
  const base = new URL(ask.at === "server" ? (target.serverUrl ?? target.url) : target.url);
  const isTls = base.protocol === "https:";
  const content = ask.body === undefined ? undefined : JSON.stringify(ask.body);
  const signal = AbortSignal.any([options.signal, AbortSignal.timeout(options.timeoutMs)]);
  const begin = performance.now();
  const sent = (isTls ? tlsRequest : plainRequest)({
    hostname: base.hostname.replace(/^\[|\]$/g, ""),
    port: base.port === "" ? (isTls ? 443 : 80) : base.port,
    path: `${base.pathname === "/" ? "" : base.pathname}${path}`,
    method: ask.method ?? "GET",
    agent: isTls ? agents.tls : agents.plain,
    signal,
    headers: requestHeaders(ask, content, { target, options, port: base.port }),
  });
  sent.on("error", (error) =>
    reject(signal.aborted && !options.signal.aborted ? timeoutFailure(options) : error),
  );
  sent.on("response", (response) => {
    readBody(response).then((text) => resolve(toHttpResponse(response, text, begin)), reject);
  });
  sent.end(content);
  return promise;
}

function timeoutFailure({ timeoutMs }: HttpOptions): RequestFailure {
  return { code: "TIMEOUT", message: `no answer within ${timeoutMs / 1000} s` };
}

function requestHeaders(
  ask: RequestOptions,
  content: string | undefined,
  {
    target,
    options,
    port,
  }: { readonly target: Target; readonly options: HttpOptions; readonly port: string },
): Record<string, string | number> {
  const { as = "service", bucket = options.bucket } = ask;
  const token = typeof as === "object" ? as : tokenOf(target, as);
  const authorization = token === undefined ? {} : { Authorization: `Bearer ${token.reveal()}` };
  return {
    Host: port === "" ? target.serverName : `${target.serverName}:${port}`,
    Accept: "*/*",
    "User-Agent": "spacetime-vr-probes",
    ...authorization,
    ...(as === "service" && token !== undefined ? { "X-Rate-Limit-Bucket": bucket } : {}),
    ...(content === undefined
      ? {}
      : { "Content-Type": "application/json", "Content-Length": Buffer.byteLength(content) }),
  };
}

function tokenOf(target: Target, as: "service" | "metrics" | "none"): Secret | undefined {
  if (as === "none") return undefined;
  return as === "service" ? target.apiToken : (target.metricsToken ?? target.apiToken);
}

async function readBody(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_RESPONSE_BYTES) throw new Error(`an answer of more than ${MAX_RESPONSE_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function toHttpResponse(response: IncomingMessage, text: string, begin: number): HttpResponse {
  const headers = Object.fromEntries(
    Object.entries(response.headers).map(([name, value]) => [name, String(value)]),
  );
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    // Not every answer is JSON; a check that wants it says so.
  }
  return { status: response.statusCode ?? 0, headers, text, json, ms: performance.now() - begin };
}
