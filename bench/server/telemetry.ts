import { once } from "node:events";
import WebSocket from "ws";
import { percentile } from "../../probes/load/percentiles.ts";
import { RATE_HZ, readUsage, withServer } from "./server-process.ts";

interface TelemetryBenchOptions {
  readonly port: number;
  readonly seconds: number;
  readonly clients: number;
  readonly format: "binary" | "json";
}

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Long enough that server startup and handshakes do not affect the measurement. */
const SETTLE_MS = 1000;

async function connectClients({
  port,
  clients,
  format,
}: TelemetryBenchOptions): Promise<readonly WebSocket[]> {
  const url = `ws://127.0.0.1:${port + 1}/telemetry?format=${format}`;
  const sockets = Array.from({ length: clients }, () => new WebSocket(url, { perMessageDeflate: false }));
  await Promise.all(sockets.map((socket) => once(socket, "open")));
  return sockets;
}

/** Measures the frames that clients receive at 90 Hz, and the server's cost per client above idle. @returns a line to print */
export function benchmarkTelemetry(bench: TelemetryBenchOptions): Promise<string> {
  const { port, seconds, clients, format } = bench;
  return withServer({ kind: "reference", port }, async (child) => {
    await sleep(SETTLE_MS);
    const begin = await readUsage(child);
    await sleep(seconds * 1000);
    const idle = await readUsage(child);
    const sockets = await connectClients(bench);
    const frames = new Array<number>(clients).fill(0);
    sockets.forEach((socket, index) => {
      socket.on("message", () => {
        frames[index] = (frames[index] ?? 0) + 1;
      });
    });
    await sleep(SETTLE_MS);
    const before = await readUsage(child);
    const start = performance.now();
    const own = process.cpuUsage();
    frames.fill(0);
    await sleep(seconds * 1000);
    const rates = frames.map((count) => count / ((performance.now() - start) / 1000)).sort((a, b) => a - b);
    const elapsedMs = performance.now() - start;
    const after = await readUsage(child);
    const { user, system } = process.cpuUsage(own);
    const stillOpen = sockets.filter(({ readyState }) => readyState === WebSocket.OPEN).length;
    for (const socket of sockets) socket.terminate();
    const idleShare = (idle.cpuMs - begin.cpuMs) / (seconds * 1000);
    const share = (after.cpuMs - before.cpuMs) / elapsedMs;
    const perClient = ((share - idleShare) * 100) / clients;
    const memory = ((after.residentMb - idle.residentMb) * 1000) / clients;
    const rate = `${percentile(rates, 0.5).toFixed(1)} frames/s (minimum ${(rates[0] ?? 0).toFixed(1)} of ${RATE_HZ})`;
    const cost = `${perClient.toFixed(3)} % of a core and ${Math.round(memory)} kB per client`;
    const whole = `server ${(share * 100).toFixed(1)} % and ${Math.round(after.residentMb)} MB, idle ${(idleShare * 100).toFixed(1)} % and ${Math.round(idle.residentMb)} MB`;
    // Near 100 %, this process limits the rate, not the server.
    const clientsShare = `all clients together ${((user + system) / 10 / elapsedMs).toFixed(0)} % of a core`;
    return `  ${String(clients).padStart(4)} ${format.padEnd(6)} ${stillOpen} connected, ${rate}, ${cost} (${whole}; ${clientsShare})`;
  });
}
