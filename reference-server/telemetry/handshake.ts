import { type IncomingMessage, STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";
import { parseBearerToken } from "../auth/authenticator.ts";
import type { Principal } from "../auth/roles.ts";
import { createUnavailableError, HttpError, messageOf } from "../errors.ts";
import { authorize, isExpectedHost, requireNotBlocked, selectRateLimitBucket } from "../http/guards.ts";
import type { HttpHandler } from "../http/http-handler.ts";
import type { ServerContext } from "../server-context.ts";
import type { AcceptedHandshake } from "./telemetry-server.ts";

/** Path of the telemetry WebSocket; the gateway passes it on as it is. */
export const TELEMETRY_PATH = "/telemetry";

/** Lets a WebSocket handshake in, or answers it with the API's error body. */
export async function handleUpgrade(
  core: ServerContext,
  handler: HttpHandler,
  connection: { readonly request: IncomingMessage; readonly socket: Duplex; readonly head: Buffer },
): Promise<void> {
  const { request, socket, head } = connection;
  socket.on("error", () => socket.destroy());
  try {
    const admitted = await authorizeHandshake(core, handler.resolveClientAddress(request), request);
    core.telemetry.accept(request, socket, head, admitted);
  } catch (error) {
    rejectHandshake(
      socket,
      error instanceof HttpError ? error : new HttpError(500, "internal", messageOf(error)),
    );
  }
}

async function authorizeHandshake(
  core: ServerContext,
  client: string,
  request: IncomingMessage,
): Promise<AcceptedHandshake> {
  const { telemetry, http } = core.settings;
  const url = new URL(request.url ?? "/", "http://server");
  if (!isExpectedHost(request.headers.host, http.publicHost)) {
    throw new HttpError(421, "misdirected", "This server is not called by that name.");
  }
  if (url.pathname !== TELEMETRY_PATH)
    throw new HttpError(404, "not_found", `Telemetry is at ${TELEMETRY_PATH}.`);
  if (core.faults.has("websocket-refused"))
    throw createUnavailableError("refused", "The fault websocket-refused is on.");
  requireNotBlocked(core, client);
  const who = await core.authenticator.authenticate(readAuthorization(request));
  const exceeded = await core.limiter.consume(selectRateLimitBucket(client, request.headers, who), "general");
  if (exceeded !== undefined) {
    const headers = { "Retry-After": String(exceeded.retryAfterSeconds) };
    throw new HttpError(429, "rate_limited", "Too many requests.", { headers });
  }
  if (core.drain.active) {
    core.metrics.increment("spacetime_telemetry_connections_total", { result: "draining" });
    throw createUnavailableError("draining", "This server takes no more clients: look for another one.", 1);
  }
  const principal = authorizeClient(core, who, client);
  const asked = url.searchParams.get("format");
  return {
    player: resolvePlayer(core, principal, url.searchParams.get("player")),
    format: asked === "json" || asked === "binary" ? asked : telemetry.format,
  };
}

/** Browsers cannot set headers on a WebSocket: they offer the token as a subprotocol, never in the address. */
function readAuthorization({ headers }: IncomingMessage): string | undefined {
  if (parseBearerToken(headers.authorization) !== undefined) return headers.authorization;
  const offered = headers["sec-websocket-protocol"]?.split(",").map((protocol) => protocol.trim()) ?? [];
  const token = offered.find((protocol) => protocol.startsWith("bearer."))?.slice("bearer.".length);
  return token === undefined ? headers.authorization : `Bearer ${token}`;
}

function authorizeClient(
  core: ServerContext,
  who: Principal | "missing" | "invalid",
  client: string,
): Principal {
  const needed = core.settings.telemetry.authRequired && !core.authenticator.isAuthDisabled;
  try {
    return authorize(core, needed || who === "invalid" ? "observer" : "public", who, client);
  } catch (error) {
    core.metrics.increment("spacetime_telemetry_connections_total", { result: "unauthorized" });
    throw error;
  }
}

/** The player that a client speaks for: its token's own; an operator, or anybody where no token is demanded, names one. */
function resolvePlayer(
  core: ServerContext,
  { subject, role, via }: Principal,
  asked: string | null,
): string | undefined {
  if (via === "jwt" && role === "player") return subject;
  if (via === "jwt" && (asked === null || role === "observer")) return subject;
  if (via === "open" && !core.authenticator.isAuthDisabled) return undefined;
  return asked ?? undefined;
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
