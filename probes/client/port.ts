import { connect } from "node:net";

/** Checks whether a port accepts TCP connections; a timeout counts as closed. */
export type PortProbe = (host: string, port: number) => Promise<"open" | "closed">;

/** Sufficient for a server on another continent, and well within the timeout of a suite for filtered ports. */
const CONNECT_TIMEOUT_MS = 2000;

export const probePort: PortProbe = (host, port) => {
  const { promise, resolve } = Promise.withResolvers<"open" | "closed">();
  const socket = connect({ host, port });
  const end = (state: "open" | "closed") => (): void => {
    resolve(state);
    socket.destroy();
  };
  socket.setTimeout(CONNECT_TIMEOUT_MS, end("closed"));
  socket.on("connect", end("open")).on("error", end("closed"));
  return promise;
};
