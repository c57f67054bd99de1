import { type IncomingMessage, STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";
import { parseBearerToken } from "../auth/authenticator.ts";
import type { Principal } from "../auth/roles.ts";
import { createUnavailableError, HttpError, messageOf } from "../errors.ts";
import { authorize, isExpectedHost, requireNotBlocked, selectRateLimitBucket } from "../http/guards.ts";
import type { HttpHandler } from "../http/http-handler.ts";
import type { ServerContext } from "../server-context.ts";
import type { AcceptedHandshake } from "./telemetry-server.ts";

/** Path of the telemetry WebSocket; the gateway forwards it unchanged. */
export const TELEMETRY_PATH = "/telemetry";

/** Accepts a WebSocket handshake or rejects it with the API's error body. */
export async function handleUpgrade(
  context: ServerContext,
  handler: HttpHandler,
  connection: { readonly request: IncomingMessage; readonly socket: Duplex; readonly head: Buffer },
): Promise<void> {
  const { request, socket, head } = connection;
  socket.on("error", () => socket.destroy());
  try {
    const accepted = await authorizeHandshake(context, handler.resolveClientAddress(request), request);
    context.telemetry.accept(request, socket, head, accepted);
  } catch (error) {
    rejectHandshake(
      socket,
      error instanceof HttpError ? error : new HttpError(500, "internal", messageOf(error)),
    );
  }
}

async function authorizeHandshake(
  context: ServerContext,
  client: string,
  request: IncomingMessage,
): Promise<AcceptedHandshake> {
  const { telemetry, http } = context.settings;
  const url = new URL(request.url ?? "/", "http://server");
  if (!isExpectedHost(request.headers.host, http.publicHost)) {
    throw new HttpError(421, "misdirected", "The Host header does not name this server.");
  }
  if (url.pathname !== TELEMETRY_PATH)
    throw new HttpError(404, "not_found", `The telemetry WebSocket is at ${TELEMETRY_PATH}.`);
  if (context.faults.has("websocket-refused"))
    throw createUnavailableError("refused", "The fault websocket-refused is enabled.");
  requireNotBlocked(context, client);
  const caller = await context.authenticator.authenticate(readAuthorization(request));
  const exceeded = await context.limiter.consume(
    selectRateLimitBucket(client, request.headers, caller),
    "general",
  );
  if (exceeded !== undefined) {
    const headers = { "Retry-After": String(exceeded.retryAfterSeconds) };
    throw new HttpError(429, "rate_limited", `Rate limit exceeded (${exceeded.limit}).`, { headers });
  }
  if (context.drain.active) {
    context.metrics.increment("spacetime_telemetry_connections_total", { result: "draining" });
    throw createUnavailableError(
      "draining",
      "This server is draining and accepts no new clients; connect to another server.",
      1,
    );
  }
  const principal = authorizeClient(context, caller, client);
  const format = url.searchParams.get("format");
  return {
    player: resolvePlayer(context, principal, url.searchParams.get("player")),
    format: format === "json" || format === "binary" ? format : telemetry.format,
  };
}

/** Browsers cannot set WebSocket headers, so they send the token as a subprotocol, never in the URL. */
function readAuthorization({ headers }: IncomingMessage): string | undefined {
  if (parseBearerToken(headers.authorization) !== undefined) return headers.authorization;
  const offered = headers["sec-websocket-protocol"]?.split(",").map((protocol) => protocol.trim()) ?? [];
  const token = offered.find((protocol) => protocol.startsWith("bearer."))?.slice("bearer.".length);
  return token === undefined ? headers.authorization : `Bearer ${token}`;
}

function authorizeClient(
  context: ServerContext,
  caller: Principal | "missing" | "invalid",
  client: string,
): Principal {
  const authRequired = context.settings.telemetry.authRequired && !context.authenticator.isAuthDisabled;
  try {
    return authorize(context, authRequired || caller === "invalid" ? "observer" : "public", caller, client);
  } catch (error) {
    context.metrics.increment("spacetime_telemetry_connections_total", { result: "unauthorized" });
    throw error;
  }
}

/** The player of a client: the token's subject, or the `player` query of an operator or an unauthenticated client. */
function resolvePlayer(
  context: ServerContext,
  { subject, role, via }: Principal,
  requested: string | null,
): string | undefined {
  if (via === "jwt" && role === "player") return subject;
  if (via === "jwt" && (requested === null || role === "observer")) return subject;
  if (via === "open" && !context.authenticator.isAuthDisabled) return undefined;
  return requested ?? undefined;
}

function rejectHandshake(socket: Duplex, { status, code, message, headers }: HttpError): void {
  const body = JSON.stringify({ error: code, message });
  const lines = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? "Error"}`,
    "Connection: close",
    "Content-Type: application/json; charset=utf-8",
    `Content-Length: ${Buffer.byteLength(body)}`,
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
  ];
  socket.end(`${lines.join("\r\n")}\r\n\r\n${body}`);
}
