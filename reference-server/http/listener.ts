import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo, Socket } from "node:net";
import type { SecureContextOptions } from "node:tls";
import { InputError } from "../../components/shared/errors.ts";
import type { ServerContext } from "../server-context.ts";
import type { HttpHandler } from "./http-handler.ts";

/** A listening server. */
export interface Listener {
  readonly server: Server;
  readonly port: number;
  stop(): Promise<void>;
}

/** How often connections are checked for timeouts; the shortest timeout that can be configured is one second. */
const CONNECTION_CHECK_INTERVAL_MS = 500;

/** Creates a server, with TLS when a TLS context is given. */
export function createHttpServer(tls: SecureContextOptions | undefined): Server {
  const options = { connectionsCheckingInterval: CONNECTION_CHECK_INTERVAL_MS };
  return tls === undefined ? createServer(options) : createTlsServer({ ...options, ...tls });
}

/** @throws InputError naming the variable when the port is in use or the address is not local. */
export async function listen(
  server: Server,
  variable: string,
  port: number,
  host: string,
): Promise<Listener> {
  server.listen(port, host);
  try {
    await once(server, "listening");
  } catch (error) {
    const { code = "unknown" } = error as { readonly code?: string };
    const rule = code === "EADDRINUSE" ? "is in use by another process" : `cannot be bound (${code})`;
    const remedy = "Choose another port, or stop the process that uses it.";
    throw new InputError("The server cannot start:", [
      { subject: variable, value: `${host}:${port}`, rule, remedy },
    ]);
  }
  return {
    server,
    port: (server.address() as AddressInfo).port,
    stop: async () => {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

/** Creates the HTTP API server with its connection limit and timeouts. */
export function createHttpApiServer(
  context: ServerContext,
  handler: HttpHandler,
  tls: SecureContextOptions | undefined,
): Server {
  const { http } = context.settings;
  const server = createHttpServer(tls);
  server.requestTimeout = http.requestTimeoutSeconds * 1000;
  server.headersTimeout = http.requestTimeoutSeconds * 1000;
  server.keepAliveTimeout = http.idleTimeoutSeconds * 1000;
  const rejected = rejectExcessConnections(server, context);
  server.on("request", (request, response) => {
    if (!rejected.has(request.socket)) {
      void handler.handle(request, response);
      return;
    }
    const body = JSON.stringify({ error: "too_many_connections", message: "Too many connections are open." });
    response.writeHead(503, { "Content-Type": "application/json", "Retry-After": "1", Connection: "close" });
    response.end(body);
  });
  return server;
}

/** Connections beyond GODOT_HTTP_MAX_CONNECTIONS stay open only for the 503 response. */
function rejectExcessConnections(server: Server, context: ServerContext): WeakSet<Socket> {
  const rejected = new WeakSet<Socket>();
  const open = new Set<Socket>();
  const onConnection = (socket: Socket): void => {
    if (open.size >= context.settings.http.maxConnections) {
      rejected.add(socket);
      context.metrics.increment("spacetime_http_connections_refused_total");
      return;
    }
    open.add(socket);
    context.metrics.set("spacetime_http_connections", open.size);
    socket.once("close", () => {
      open.delete(socket);
      context.metrics.set("spacetime_http_connections", open.size);
    });
  };
  // With TLS, request.socket is the TLSSocket that `secureConnection` emits.
  server.on("setSecureContext" in server ? "secureConnection" : "connection", onConnection);
  return rejected;
}
