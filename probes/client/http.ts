import { type IncomingMessage, Agent as PlainAgent, request as plainRequest } from "node:http";
import { Agent as TlsAgent, request as tlsRequest } from "node:https";
import { isIP } from "node:net";
import { errorCode } from "../../components/shared/error-code.ts";
import { redactSecrets, redactSecretsAndJwts, type Secret } from "../secret.ts";
import type { Target } from "../target/target.ts";

/** A complete response. */
export interface HttpResponse {
  readonly status: number;
  /** Header names are lower-case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  /** The parsed body; undefined if it is not JSON. */
  readonly json: unknown;
  /** Duration from the request to the end of the response, in milliseconds. */
  readonly ms: number;
}

/** Port of a target: the gateway, or the game server behind it. */
export type Endpoint = "gateway" | "server";

export interface RequestOptions {
  readonly method?: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** Token to send: the target's `service` (default) or `metrics` token, `none`, or a specific one. */
  readonly auth?: "service" | "metrics" | "none" | Secret;
  readonly body?: unknown;
  /** A body that is sent as it is, instead of `body`. */
  readonly rawBody?: string;
  /** Additional headers; they replace the client's own. */
  readonly headers?: Readonly<Record<string, string>>;
  /** `gateway` (default), or the game server's own port if the target has one. */
  readonly endpoint?: Endpoint;
  /** Rate-limit bucket, by default that of the run. It is sent only with the service token, which alone may set it. */
  readonly bucket?: string;
  /** Whether to retry after 502 and 503; default true. */
  readonly retry?: boolean;
}

/** Sends a request to a path of the target. @throws NoResponseError if no response arrives in time */
export type SendRequest = (path: string, request?: RequestOptions) => Promise<HttpResponse>;

/** No response was received; the message is the reason and contains no token. */
export class NoResponseError extends Error {
  constructor(reason: string) {
    super(reason);
    this.name = "NoResponseError";
  }
}

export interface HttpOptions {
  readonly bucket: string;
  readonly signal: AbortSignal;
  /** Timeout of one request, in milliseconds. */
  readonly timeoutMs: number;
  /** Maximum time for retries after transient failures, in milliseconds. */
  readonly retryBudgetMs: number;
}

/** Transient errors, such as a listener that is being replaced or an idle connection that was closed. */
const TRANSIENT_ERROR_CODES = new Set(["ECONNREFUSED", "ECONNRESET", "EPIPE", "ETIMEDOUT", "EAI_AGAIN"]);

/** Larger responses are rejected; the largest one of the contract, `/metrics`, has tens of kilobytes. */
const MAX_RESPONSE_BYTES = 8 * 2 ** 20;

const FIRST_RETRY_DELAY_MS = 150;

/** Creates the HTTP client of one run; `close` closes its connections. */
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
  const http: SendRequest = async (path, request = {}) => {
    const begin = performance.now();
    for (let delayMs = FIRST_RETRY_DELAY_MS; ; delayMs *= 2) {
      const outcome = await sendOnce(path, request, { target, options, agents: { tls, plain } }).catch(
        toRequestFailure,
      );
      const isTransient =
        "code" in outcome ? TRANSIENT_ERROR_CODES.has(outcome.code) : isTransientResponse(outcome, request);
      const isExhausted =
        performance.now() - begin + delayMs > options.retryBudgetMs || options.signal.aborted;
      if (isTransient && !isExhausted) {
        await new Promise((resolve) => setTimeout(resolve, delayMs));
        continue;
      }
      if ("code" in outcome)
        throw new NoResponseError(redactSecretsAndJwts(`${path}: ${outcome.message}`, secrets));
      // Redacted here, because a truncated token in a report would no longer be recognized.
      return { ...outcome, text: redactSecrets(outcome.text, secrets) };
    }
  };
  const close = (): void => {
    tls.destroy();
    plain.destroy();
  };
  return { http, close };
}

/** Returns the server name for the TLS handshake, which must not be an IP address (RFC 6066, section 3). */
export function tlsServerName({ serverName }: Target): { readonly servername?: string } {
  return isIP(serverName.replace(/^\[|\]$/g, "")) === 0 ? { servername: serverName } : {};
}

/** The gateway's 429 is transient, as it counts per second; a 429 of the server is a result. */
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
  // Node has tried several addresses; the code of the first error is sufficient.
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
  request: RequestOptions,
  { target, options, agents }: RequestContext,
): Promise<HttpResponse> {
  const { promise, resolve, reject } = Promise.withResolvers<HttpResponse>();
  const base = new URL(request.endpoint === "server" ? (target.serverUrl ?? target.url) : target.url);
  const isTls = base.protocol === "https:";
  const content = request.rawBody ?? (request.body === undefined ? undefined : JSON.stringify(request.body));
  const signal = AbortSignal.any([options.signal, AbortSignal.timeout(options.timeoutMs)]);
  const begin = performance.now();
  const sent = (isTls ? tlsRequest : plainRequest)({
    hostname: base.hostname.replace(/^\[|\]$/g, ""),
    port: base.port === "" ? (isTls ? 443 : 80) : base.port,
    path: `${base.pathname === "/" ? "" : base.pathname}${path}`,
    method: request.method ?? "GET",
    agent: isTls ? agents.tls : agents.plain,
    signal,
    headers: requestHeaders(request, content, { target, options, port: base.port }),
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
  return { code: "TIMEOUT", message: `no response within ${timeoutMs / 1000} s` };
}

function requestHeaders(
  request: RequestOptions,
  content: string | undefined,
  {
    target,
    options,
    port,
  }: { readonly target: Target; readonly options: HttpOptions; readonly port: string },
): Record<string, string | number> {
  const { auth = "service", bucket = options.bucket } = request;
  const token = typeof auth === "object" ? auth : tokenOf(target, auth);
  const authorization = token === undefined ? {} : { Authorization: `Bearer ${token.reveal()}` };
  return {
    Host: port === "" ? target.serverName : `${target.serverName}:${port}`,
    Accept: "*/*",
    "User-Agent": "spacetime-vr-probes",
    ...authorization,
    ...(auth === "service" && token !== undefined ? { "X-Rate-Limit-Bucket": bucket } : {}),
    ...(content === undefined
      ? {}
      : { "Content-Type": "application/json", "Content-Length": Buffer.byteLength(content) }),
    ...request.headers,
  };
}

function tokenOf(target: Target, auth: "service" | "metrics" | "none"): Secret | undefined {
  if (auth === "none") return undefined;
  return auth === "service" ? target.apiToken : (target.metricsToken ?? target.apiToken);
}

async function readBody(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_RESPONSE_BYTES) throw new Error(`the response exceeds ${MAX_RESPONSE_BYTES} bytes`);
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
    // Not every response is JSON; checks that require JSON fail on undefined.
  }
  return { status: response.statusCode ?? 0, headers, text, json, ms: performance.now() - begin };
}
