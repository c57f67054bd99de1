import { connect } from "node:net";

/** Whether something accepts TCP connections there. Silence counts as closed: nothing got in. */
export type PortProbe = (host: string, port: number) => Promise<"open" | "closed">;

/** Long enough for another continent, short enough to find a filtered port within a suite's time. */
const CONNECT_TIMEOUT_MS = 2000;

export const probePort: PortProbe = (host, port) => {
  const { promise, resolve } = Promise.withResolvers<"open" | "closed">();
  const socket = connect({ host, port });
  const end = (answer: "open" | "closed") => (): void => {
    resolve(answer);
    socket.destroy();
  };
  socket.setTimeout(CONNECT_TIMEOUT_MS, end("closed"));
  socket.on("connect", end("open")).on("error", end("closed"));
  return promise;
};
