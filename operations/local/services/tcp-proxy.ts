import { once } from "node:events";
import { connect, createServer, type Server, type Socket } from "node:net";
import { LOOPBACK, requireFreePort } from "../processes/ports.ts";
import type { Gateway, ServerPorts } from "./gateway.ts";

/**
 * The gateway without nginx: forwards TCP connections unchanged, so that players speak TLS with the server itself and
 * a new server can take over while sessions move.
 */
export async function startTcpProxy(port: number, telemetryPort: number): Promise<Gateway> {
  await requireFreePort(port);
  await requireFreePort(telemetryPort);
  let target: ServerPorts | undefined;
  const open = new Set<Socket>();
  const first = await startListener(port, open, () => target?.http);
  const second = await startListener(telemetryPort, open, () => target?.telemetry).catch((error: unknown) => {
    first.close();
    throw error;
  });
  const listeners = [first, second];
  return {
    kind: "none",
    port,
    url: `https://localhost:${port}`,
    telemetryUrl: `wss://localhost:${telemetryPort}/telemetry`,
    process: undefined,
    routeTo: async (ports) => {
      target = ports;
    },
    reloadCertificate: () => undefined,
    stop: async () => {
      const closed = listeners.map((server) => once(server, "close"));
      for (const server of listeners) server.close();
      for (const socket of open) socket.destroy();
      await Promise.all(closed);
    },
  };
}

async function startListener(
  port: number,
  open: Set<Socket>,
  target: () => number | undefined,
): Promise<Server> {
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    const behind = target();
    if (behind === undefined) {
      socket.destroy();
      return;
    }
    pipeSockets(socket, connect({ port: behind, host: LOOPBACK, allowHalfOpen: true }), open);
  });
  server.listen(port, LOOPBACK);
  await once(server, "listening");
  return server;
}

/** Forwards bytes in both directions until both sides have ended or one fails. */
function pipeSockets(near: Socket, far: Socket, open: Set<Socket>): void {
  for (const [one, other] of [
    [near, far],
    [far, near],
  ] as const) {
    open.add(one);
    one.setNoDelay(true);
    one.pipe(other);
    one.on("error", () => other.destroy());
    one.on("close", (hadError) => {
      open.delete(one);
      if (hadError) other.destroy();
    });
  }
}
