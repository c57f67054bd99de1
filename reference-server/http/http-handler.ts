import type { IncomingMessage, ServerResponse } from "node:http";
import { setTimeout as delay } from "node:timers/promises";
import { HttpError, messageOf } from "../errors.ts";
import { SLOW_RESPONSE_MS } from "../faults.ts";
import { isScannerPath } from "../limits/intrusion-detection.ts";
import type { RouteResponse, ServerContext } from "../server-context.ts";
import { ClientAddressResolver } from "./client-address-resolver.ts";
import { authorize, isExpectedHost, requireNotBlocked, selectRateLimitBucket } from "./guards.ts";
import { readBody } from "./request-body.ts";
import { type Route, type RouteMatch, Router } from "./router.ts";

/** Statuses whose series exist before the first such response, so that alerts on server errors see the first burst. */
const INITIAL_STATUSES = ["200", "500", "503"];

/** Dispatches HTTP requests to routes and renders every failure as the same error body. */
export class HttpHandler {
  readonly #context: ServerContext;
  readonly #router: Router;
  readonly #addresses: ClientAddressResolver;

  constructor(context: ServerContext, routes: readonly Route[]) {
    this.#context = context;
    this.#router = new Router(routes);
    this.#addresses = new ClientAddressResolver(context.settings.http.trustedProxies);
    for (const { method, path } of routes) {
      for (const status of INITIAL_STATUSES) {
        context.metrics.increment("spacetime_http_requests_total", { method, route: path, status }, 0);
      }
    }
  }

  resolveClientAddress(request: IncomingMessage): string {
    const forwarded = request.headers["x-forwarded-for"];
    return this.#addresses.resolve(
      request.socket.remoteAddress,
      Array.isArray(forwarded) ? forwarded.at(-1) : forwarded,
    );
  }

  /** Never rejects: every failure becomes a response. */
  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const begin = performance.now();
    const client = this.resolveClientAddress(request);
    const [pathname = "/", search = ""] = (request.url ?? "/").split("?", 2);
    const found = this.#router.find(request.method ?? "GET", pathname);
    const pattern = found?.route?.path ?? "unmatched";
    this.#setCommonHeaders(request, response);
    let result: RouteResponse;
    try {
      if (this.#context.faults.has("slow-answers")) await delayResponse(response);
      result = await this.#dispatch({ request, client, pathname, search, found });
    } catch (error) {
      result = this.#renderError(error, pathname);
    }
    sendResponse(response, result);
    this.#recordRequest({
      method: request.method ?? "GET",
      pattern,
      pathname,
      status: result.status,
      begin,
      client,
    });
  }

  async #dispatch(args: {
    request: IncomingMessage;
    client: string;
    pathname: string;
    search: string;
    found: RouteMatch | undefined;
  }): Promise<RouteResponse> {
    const { request, client, pathname, found } = args;
    const context = this.#context;
    if (request.method === "OPTIONS") return { status: 204 };
    if (!isExpectedHost(request.headers.host, context.settings.http.publicHost)) {
      throw new HttpError(421, "misdirected", "The Host header does not name this server.");
    }
    if (context.faults.has("server-errors")) throw new Error("The fault server-errors is enabled.");
    const isProbe = found?.route?.class === "probe";
    if (!isProbe) requireNotBlocked(context, client);
    const caller = await context.authenticator.authenticate(request.headers.authorization);
    await this.#requireWithinLimits(selectRateLimitBucket(client, request.headers, caller), found?.route);
    const route = this.#requireRoute(found, pathname, client);
    const principal = authorize(context, route.access, caller, client);
    const body =
      route.body === undefined
        ? undefined
        : await readBody(request, route.body, context.settings.http.maxBodyBytes);
    const query = new URLSearchParams(args.search);
    return route.handle({ context, principal, client, parameters: found?.parameters ?? {}, query, body });
  }

  async #requireWithinLimits(client: string, route: Route | undefined): Promise<void> {
    const exceeded = await this.#context.limiter.consume(client, route?.class ?? "general");
    if (exceeded === undefined) return;
    this.#context.metrics.increment("spacetime_rate_limited_total", { class: exceeded.limit });
    const headers = { "Retry-After": String(exceeded.retryAfterSeconds) };
    throw new HttpError(429, "rate_limited", `Rate limit exceeded (${exceeded.limit}).`, { headers });
  }

  #requireRoute(found: RouteMatch | undefined, pathname: string, client: string): Route {
    if (found === undefined) {
      if (isScannerPath(pathname)) this.#context.intrusion.recordFailure(client);
      throw new HttpError(404, "not_found", "The path does not exist.");
    }
    const { route, methods } = found;
    if (route === undefined) {
      const headers = { Allow: methods.join(", ") };
      throw new HttpError(405, "method_not_allowed", `Allowed methods: ${methods.join(", ")}.`, { headers });
    }
    if (route.enabled?.(this.#context) === false) {
      throw new HttpError(404, "not_enabled", "This part of the API is disabled.");
    }
    return route;
  }

  #renderError(error: unknown, path: string): RouteResponse {
    if (error instanceof HttpError) {
      const { status, code, message, problems, headers } = error;
      return {
        status,
        headers,
        body: { error: code, message, ...(problems === undefined ? {} : { problems }) },
      };
    }
    this.#context.log.error("request failed", { path, reason: messageOf(error) });
    const { stack } = error as { readonly stack?: unknown };
    const shown = this.#context.settings.debugging.debugMode && typeof stack === "string" ? { stack } : {};
    return {
      status: 500,
      body: { error: "internal", message: "Internal server error; see the server log.", ...shown },
    };
  }

  #setCommonHeaders(request: IncomingMessage, response: ServerResponse): void {
    response.setHeader("Cache-Control", "no-store");
    response.setHeader("X-Content-Type-Options", "nosniff");
    const { corsOrigins } = this.#context.settings.http;
    const { origin } = request.headers;
    if (origin === undefined || !corsOrigins.some((allowed) => allowed === "*" || allowed === origin)) return;
    response.setHeader("Access-Control-Allow-Origin", origin);
    response.setHeader("Vary", "Origin");
    if (request.method !== "OPTIONS") return;
    response.setHeader("Access-Control-Allow-Methods", "GET, POST, PUT, PATCH, DELETE");
    response.setHeader("Access-Control-Allow-Headers", "Authorization, Content-Type");
    response.setHeader("Access-Control-Max-Age", "600");
  }

  #recordRequest(args: {
    method: string;
    pattern: string;
    pathname: string;
    status: number;
    begin: number;
    client: string;
  }): void {
    const { metrics, log } = this.#context;
    const seconds = (performance.now() - args.begin) / 1000;
    const labels = { method: args.pattern === "unmatched" ? "other" : args.method, route: args.pattern };
    metrics.increment("spacetime_http_requests_total", { ...labels, status: String(args.status) });
    metrics.observe("spacetime_http_request_duration_seconds", seconds, labels);
    if (!log.isEnabled("debug")) return;
    const { method, pathname: path, status, client } = args;
    log.debug("request", { client, method, path, status, ms: Math.round(seconds * 1e4) / 10 });
  }
}

/** Delays the response; the delay ends early when the client disconnects or the server stops. */
async function delayResponse(response: ServerResponse): Promise<void> {
  const gone = new AbortController();
  response.once("close", () => gone.abort());
  await delay(SLOW_RESPONSE_MS, undefined, { signal: gone.signal }).catch(() => undefined);
}

function sendResponse(response: ServerResponse, { status, body, text, headers = {} }: RouteResponse): void {
  if (response.writableEnded || response.destroyed) return;
  const content = text ?? (body === undefined ? "" : JSON.stringify(body));
  const type = body === undefined ? {} : { "Content-Type": "application/json; charset=utf-8" };
  const length = status === 204 ? {} : { "Content-Length": Buffer.byteLength(content) };
  response.writeHead(status, { ...type, ...length, ...headers });
  response.end(content);
}
