import { connect, createServer, type Server, type Socket } from "node:net";
import { afterEach } from "@jest/globals";

/** A TCP proxy that can be switched to another server, as a gateway does during a deployment. */
export interface TcpProxy {
  readonly port: number;
  /** Routes new connections to another port; existing ones are unchanged. */
  readonly routeTo: (port: number | undefined) => void;
  /** Closes every connection without notice. */
  readonly cut: () => void;
  /** Stops bytes from the server, but keeps the connections open. */
  readonly freeze: () => void;
}

const openProxies: { readonly server: Server; readonly sockets: Set<Socket> }[] = [];

afterEach(() => {
  for (const { server, sockets } of openProxies.splice(0)) {
    for (const socket of sockets) socket.destroy();
    server.close();
  }
});

/** Starts a proxy on a free port until the test ends. */
export async function startTcpProxy(first: number): Promise<TcpProxy> {
  let upstreamPort: number | undefined = first;
  const sockets = new Set<Socket>();
  const upstreams = new Set<Socket>();
  const server = createServer((socket) => {
    if (upstreamPort === undefined) {
      socket.destroy();
      return;
    }
    const upstream = connect(upstreamPort, "127.0.0.1");
    upstreams.add(upstream);
    for (const one of [socket, upstream]) {
      sockets.add(one);
      one
        .on("error", () => undefined)
        .on("close", () => {
          sockets.delete(one);
          upstreams.delete(one);
          socket.destroy();
          upstream.destroy();
        });
    }
    socket.pipe(upstream).pipe(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  openProxies.push({ server, sockets });
  const address = server.address();
  return {
    port: typeof address === "object" && address !== null ? address.port : 0,
    routeTo: (port) => {
      upstreamPort = port;
    },
    cut: () => {
      for (const socket of sockets) socket.destroy();
    },
    freeze: () => {
      for (const upstream of upstreams) upstream.unpipe();
    },
  };
}
