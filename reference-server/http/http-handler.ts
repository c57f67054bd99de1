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

/** Answers HTTP requests by the route table, and every failure by the same error body. */
export class HttpHandler {
  readonly #core: ServerContext;
  readonly #router: Router;
  readonly #addresses: ClientAddressResolver;

  constructor(core: ServerContext, routes: readonly Route[]) {
    this.#core = core;
    this.#router = new Router(routes);
    this.#addresses = new ClientAddressResolver(core.settings.http.trustedProxies);
  }

  resolveClientAddress(request: IncomingMessage): string {
    const forwarded = request.headers["x-forwarded-for"];
    return this.#addresses.resolve(
      request.socket.remoteAddress,
      Array.isArray(forwarded) ? forwarded.at(-1) : forwarded,
    );
  }

  /** Never rejects: whatever goes wrong becomes an answer. */
  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const begin = performance.now();
    const client = this.resolveClientAddress(request);
    const [pathname = "/", search = ""] = (request.url ?? "/").split("?", 2);
    const found = this.#router.find(request.method ?? "GET", pathname);
    const pattern = found?.route?.path ?? "unmatched";
    this.#commonHeaders(request, response);
    let answer: RouteResponse;
    try {
      if (this.#core.faults.has("slow-answers")) await delayResponse(response);
      answer = await this.#answer({ request, client, pathname, search, found });
    } catch (error) {
      answer = this.#failure(error, pathname);
    }
    sendResponse(response, answer);
    this.#note({ method: request.method ?? "GET", pattern, pathname, status: answer.status, begin, client });
  }

  async #answer(args: {
    request: IncomingMessage;
    client: string;
    pathname: string;
    search: string;
    found: RouteMatch | undefined;
  }): Promise<RouteResponse> {
    const { request, client, pathname, found } = args;
    const core = this.#core;
    if (request.method === "OPTIONS") return { status: 204 };
    if (!isExpectedHost(request.headers.host, core.settings.http.publicHost)) {
      throw new HttpError(421, "misdirected", "This server is not called by that name.");
    }
    if (core.faults.has("server-errors")) throw new Error("The fault server-errors is switched on.");
    const isProbe = found?.route?.class === "probe";
    if (!isProbe) requireNotBlocked(core, client);
    const who = await core.authenticator.authenticate(request.headers.authorization);
    await this.#requireWithinLimits(selectRateLimitBucket(client, request.headers, who), found?.route);
    const route = this.#requireRoute(found, pathname, client);
    const principal = authorize(core, route.access, who, client);
    const body =
      route.body === undefined
        ? undefined
        : await readBody(request, route.body, core.settings.http.maxBodyBytes);
    const query = new URLSearchParams(args.search);
    return route.handle({ core, principal, client, parameters: found?.parameters ?? {}, query, body });
  }

  async #requireWithinLimits(client: string, route: Route | undefined): Promise<void> {
    const exceeded = await this.#core.limiter.consume(client, route?.class ?? "general");
    if (exceeded === undefined) return;
    this.#core.metrics.increment("spacetime_rate_limited_total", { class: exceeded.limit });
    const headers = { "Retry-After": String(exceeded.retryAfterSeconds) };
    throw new HttpError(429, "rate_limited", `Too many requests (${exceeded.limit}).`, { headers });
  }

  #requireRoute(found: RouteMatch | undefined, pathname: string, client: string): Route {
    if (found === undefined) {
      if (isScannerPath(pathname)) this.#core.intrusion.recordFailure(client);
      throw new HttpError(404, "not_found", "There is no such path.");
    }
    const { route, methods } = found;
    if (route === undefined) {
      const headers = { Allow: methods.join(", ") };
      throw new HttpError(405, "method_not_allowed", `This path takes ${methods.join(", ")}.`, { headers });
    }
    if (route.enabled?.(this.#core) === false) {
      throw new HttpError(404, "not_enabled", "This part of the API is switched off.");
    }
    return route;
  }

  #failure(error: unknown, path: string): RouteResponse {
    if (error instanceof HttpError) {
      const { status, code, message, problems, headers } = error;
      return {
        status,
        headers,
        body: { error: code, message, ...(problems === undefined ? {} : { problems }) },
      };
    }
    this.#core.log.error("a request failed", { path, reason: messageOf(error) });
    const { stack } = error as { readonly stack?: unknown };
    const shown = this.#core.settings.debugging.debugMode && typeof stack === "string" ? { stack } : {};
    return {
      status: 500,
      body: { error: "internal", message: "The server failed; its log says why.", ...shown },
    };
  }

  #commonHeaders(request: IncomingMessage, response: ServerResponse): void {
    response.setHeader("Cache-Control", "no-store");
    response.setHeader("X-Content-Type-Options", "nosniff");
    const { corsOrigins } = this.#core.settings.http;
    const { origin } = request.headers;
    if (origin === undefined || !corsOrigins.some((allowed) => allowed === "*" || allowed === origin)) return;
    response.setHeader("Access-Control-Allow-Origin", origin);
    response.setHeader("Vary", "Origin");
    if (request.method !== "OPTIONS") return;
    response.setHeader("Access-Control-Allow-Methods", "GET, POST, PUT, PATCH, DELETE");
    response.setHeader("Access-Control-Allow-Headers", "Authorization, Content-Type");
    response.setHeader("Access-Control-Max-Age", "600");
  }

  #note(args: {
    method: string;
    pattern: string;
    pathname: string;
    status: number;
    begin: number;
    client: string;
  }): void {
    const { metrics, log } = this.#core;
    const seconds = (performance.now() - args.begin) / 1000;
    const labels = { method: args.pattern === "unmatched" ? "other" : args.method, route: args.pattern };
    metrics.increment("spacetime_http_requests_total", { ...labels, status: String(args.status) });
    metrics.observe("spacetime_http_request_duration_seconds", seconds, labels);
    if (!log.isEnabled("debug")) return;
    const { method, pathname: path, status, client } = args;
    log.debug("request", { client, method, path, status, ms: Math.round(seconds * 1e4) / 10 });
  }
}

/** Lets the client wait, but no longer than it does: nothing is left pending when the client goes, or the server stops. */
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
