import WebSocket from "ws";
import { eventually } from "../../support/ports.ts";
import type { TestServer } from "./test-server.ts";

/** A telemetry client that records the messages it receives. */
interface TelemetrySocket {
  readonly socket: WebSocket;
  readonly texts: Record<string, unknown>[];
  readonly binaries: Buffer[];
  readonly closed: Promise<number>;
  /** Waits for the first text message of a type. */
  readonly message: (type: string) => Promise<Record<string, unknown>>;
  readonly send: (message: unknown) => void;
}

/** Connects; rejects with the HTTP status when the handshake is rejected. */
export async function connectTelemetry(
  server: TestServer,
  options: {
    readonly query?: string;
    readonly token?: string;
    readonly protocols?: string[];
    headers?: object;
  } = {},
): Promise<TelemetrySocket> {
  const { query = "", token, protocols = [], headers = {} } = options;
  const socket = new WebSocket(`${server.telemetryUrl}${query}`, protocols, {
    rejectUnauthorized: false,
    headers: { ...headers, ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }) },
  });
  const texts: Record<string, unknown>[] = [];
  const binaries: Buffer[] = [];
  socket.on("message", (data: Buffer, isBinary) => {
    if (isBinary) binaries.push(data);
    else texts.push(JSON.parse(String(data)));
  });
  const closed = new Promise<number>((resolve) => {
    socket.on("close", (code) => resolve(code));
  });
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  socket.on("open", () => resolve());
  socket.on("unexpected-response", (_request, response) => {
    socket.terminate();
    reject(new Error(`refused with ${response.statusCode}`));
  });
  socket.on("error", reject);
  await promise;
  return {
    socket,
    texts,
    binaries,
    closed,
    message: (type) => eventually(`a message ${type}`, 3, () => texts.find((text) => text.type === type)),
    send: (message) => socket.send(typeof message === "string" ? message : JSON.stringify(message)),
  };
}
