import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo, Socket } from "node:net";
import type { SecureContextOptions } from "node:tls";
import { InputError } from "../../components/shared/errors.ts";
import type { ServerContext } from "../server-context.ts";
import type { HttpHandler } from "./http-handler.ts";

/** A listening server and what ends it. */
export interface Listener {
  readonly server: Server;
  readonly port: number;
  stop(): Promise<void>;
}

/** How often connections are looked at for having taken too long; the shortest time that can be set is a second. */
const CONNECTION_CHECK_INTERVAL_MS = 500;

/** A server with TLS where a context is given, without otherwise. */
export function createHttpServer(tls: SecureContextOptions | undefined): Server {
  const options = { connectionsCheckingInterval: CONNECTION_CHECK_INTERVAL_MS };
  return tls === undefined ? createServer(options) : createTlsServer({ ...options, ...tls });
}

/** @throws InputError naming the variable, when the port is taken or the address is not this machine's. */
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
    const rule = code === "EADDRINUSE" ? "is taken by another process" : `cannot be listened on (${code})`;
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

/** The HTTP API with its limits on connections and time. */
export function createHttpApiServer(
  core: ServerContext,
  handler: HttpHandler,
  tls: SecureContextOptions | undefined,
): Server {
  const { http } = core.settings;
  const server = createHttpServer(tls);
  server.requestTimeout = http.requestTimeoutSeconds * 1000;
  server.headersTimeout = http.requestTimeoutSeconds * 1000;
  server.keepAliveTimeout = http.idleTimeoutSeconds * 1000;
  const refused = rejectExcessConnections(server, core);
  server.on("request", (request, response) => {
    if (!refused.has(request.socket)) {
      void handler.handle(request, response);
      return;
    }
    const body = JSON.stringify({ error: "too_many_connections", message: "Too many connections are open." });
    response.writeHead(503, { "Content-Type": "application/json", "Retry-After": "1", Connection: "close" });
    response.end(body);
  });
  return server;
}

/** Connections beyond GODOT_HTTP_MAX_CONNECTIONS are kept just long enough to be told so. */
function rejectExcessConnections(server: Server, core: ServerContext): WeakSet<Socket> {
  const refused = new WeakSet<Socket>();
  const open = new Set<Socket>();
  const note = (socket: Socket): void => {
    if (open.size >= core.settings.http.maxConnections) {
      refused.add(socket);
      core.metrics.increment("spacetime_http_connections_refused_total");
      return;
    }
    open.add(socket);
    core.metrics.set("spacetime_http_connections", open.size);
    socket.once("close", () => {
      open.delete(socket);
      core.metrics.set("spacetime_http_connections", open.size);
    });
  };
  // Over TLS a request's socket is the encrypted one, which this event brings.
  server.on("setSecureContext" in server ? "secureConnection" : "connection", note);
  return refused;
}
