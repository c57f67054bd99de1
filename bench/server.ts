import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { Agent, createServer, request } from "node:http";
import { parseArgs } from "node:util";
import WebSocket from "ws";
import { startServer } from "../reference-server/server.ts";

/**
 * The reference server beside a bare node:http server that answers the same bytes, in one run: requests per second and
 * 99th percentile, and WebSocket clients held at 90 Hz with processor time and memory per client. Each server is a
 * process of its own; the load comes from this one.
 */
const { values } = parseArgs({
  options: {
    seconds: { type: "string", default: "3" },
    rounds: { type: "string", default: "3" },
    connections: { type: "string", default: "32" },
    clients: { type: "string", default: "64" },
    serve: { type: "string" },
    port: { type: "string", default: "18080" },
  },
});

const PORT = Number(values.port);
const RATE_HZ = 90;
const TOKEN = "bench-token-0123456789abcdef0123456789abcdef";

interface Usage {
  readonly cpuMs: number;
  readonly residentMb: number;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** One of the two servers, as a child process that answers with its resource use when asked. */
async function serve(kind: string): Promise<void> {
  if (kind === "bare") {
    const body = JSON.stringify({ status: "ok" });
    const server = createServer((_request, response) => {
      response.writeHead(200, { "Content-Type": "application/json", "Content-Length": body.length });
      response.end(body);
    });
    server.listen(PORT, "127.0.0.1");
    await once(server, "listening");
  } else {
    const port = (offset: number): string => String(PORT + offset);
    await startServer({
      GODOT_ENV: "production",
      GODOT_BIND_ADDRESS: "127.0.0.1",
      GODOT_TLS_ENABLED: "false",
      GODOT_HTTP_PORT: port(0),
      GODOT_TELEMETRY_PORT: port(1),
      GODOT_DISCOVERY_PORT: port(7),
      GODOT_API_TOKEN: TOKEN,
      GODOT_JWT_SIGNING_KEY: TOKEN,
      GODOT_RATE_LIMIT_PROBE_PER_MINUTE: "100000",
      GODOT_RATE_LIMIT_ENABLED: "false",
      GODOT_TELEMETRY_AUTH_REQUIRED: "false",
      GODOT_TELEMETRY_MAX_CLIENTS: "10000",
      GODOT_LOG_LEVEL: "error",
      GODOT_TELEMETRY_RATE_HZ: String(RATE_HZ),
    });
  }
  process.on("message", () => {
    const { user, system } = process.cpuUsage();
    process.send?.({ cpuMs: (user + system) / 1000, residentMb: process.memoryUsage.rss() / 1e6 });
  });
  process.send?.("up");
}

async function withServer<Result>(
  kind: string,
  work: (child: ChildProcess) => Promise<Result>,
): Promise<Result> {
  const child = fork(process.argv[1] ?? "", ["--serve", kind, "--port", String(PORT)]);
  await once(child, "message");
  try {
    return await work(child);
  } finally {
    const exited = once(child, "exit");
    child.kill("SIGKILL");
    await exited;
  }
}

async function usage(child: ChildProcess): Promise<Usage> {
  child.send("usage");
  const [found] = await once(child, "message");
  return found as Usage;
}

interface Load {
  readonly perSecond: number;
  readonly p99Ms: number;
}

/** Processor time per request tells a server's cost even where the load's own process is what limits the rate. */
interface Served extends Load {
  readonly cpuMicroseconds: number;
}

/** Closed loop: each connection asks again as soon as it is answered. */
async function load(path: string, seconds: number): Promise<Load> {
  const connections = Number(values.connections);
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const times: number[] = [];
  const end = performance.now() + seconds * 1000;
  const once200 = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const begin = performance.now();
      const headers = { Authorization: `Bearer ${TOKEN}` };
      const sent = request({ host: "127.0.0.1", port: PORT, path, agent, headers }, (response) => {
        if (response.statusCode !== 200) reject(new Error(`${path} answered ${response.statusCode}`));
        response.resume().on("end", () => {
          times.push(performance.now() - begin);
          resolve();
        });
      });
      sent.on("error", reject).end();
    });
  const loop = async (): Promise<void> => {
    while (performance.now() < end) await once200();
  };
  await Promise.all(Array.from({ length: connections }, loop));
  agent.destroy();
  times.sort((a, b) => a - b);
  return { perSecond: times.length / seconds, p99Ms: times[Math.floor(times.length * 0.99)] ?? 0 };
}

const median = (numbers: readonly number[]): number =>
  numbers.toSorted((a, b) => a - b)[numbers.length >> 1] ?? 0;

/** Alternates the servers, so that whatever else the machine does meets both. */
async function requests(): Promise<void> {
  const seconds = Number(values.seconds);
  const targets = [
    ["bare node:http", "bare", "/"],
    ["GET /health", "reference", "/health"],
    ["GET /status", "reference", "/status"],
    ["GET /scene, with a token", "reference", "/scene"],
  ] as const;
  const found = new Map<string, Served[]>();
  for (let round = 0; round < Number(values.rounds); round += 1) {
    for (const [name, kind, path] of targets) {
      const result = await withServer(kind, async (child) => {
        await load(path, seconds / 3);
        const before = await usage(child);
        const measured = await load(path, seconds);
        const cpuMs = (await usage(child)).cpuMs - before.cpuMs;
        return { ...measured, cpuMicroseconds: (cpuMs * 1000) / (measured.perSecond * seconds) };
      });
      found.set(name, [...(found.get(name) ?? []), result]);
    }
  }
  const mid = (name: string, field: keyof Served): number =>
    median((found.get(name) ?? []).map((one) => one[field]));
  say(`HTTP, ${values.connections} connections, median of ${values.rounds} rounds of ${seconds} s`);
  for (const [name] of targets) {
    const perSecond = mid(name, "perSecond");
    const cpu = mid(name, "cpuMicroseconds");
    const ratio = (perSecond / mid("bare node:http", "perSecond")).toFixed(2);
    const cost = (cpu / mid("bare node:http", "cpuMicroseconds")).toFixed(2);
    const shown = `${Math.round(perSecond)} requests/s (${ratio} of bare), p99 ${mid(name, "p99Ms").toFixed(2)} ms`;
    say(`  ${name.padEnd(24)} ${shown}, ${cpu.toFixed(0)} µs of processor each (${cost} times bare)`);
  }
}

async function connectClients(count: number, format: string): Promise<readonly WebSocket[]> {
  const url = `ws://127.0.0.1:${PORT + 1}/telemetry?format=${format}`;
  const sockets = Array.from({ length: count }, () => new WebSocket(url, { perMessageDeflate: false }));
  await Promise.all(sockets.map((socket) => once(socket, "open")));
  return sockets;
}

async function telemetry(format: string): Promise<void> {
  const count = Number(values.clients);
  const seconds = Number(values.seconds) * 2;
  await withServer("reference", async (child) => {
    const wait = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, seconds * 1000));
    await new Promise((resolve) => setTimeout(resolve, 1000));
    const begin = await usage(child);
    await wait();
    const idle = await usage(child);
    const sockets = await connectClients(count, format);
    let frames = 0;
    for (const socket of sockets) {
      socket.on("message", () => {
        frames += 1;
      });
    }
    await new Promise((resolve) => setTimeout(resolve, 500));
    const before = await usage(child);
    const [first, start] = [frames, performance.now()];
    await wait();
    const elapsed = (performance.now() - start) / 1000;
    const after = await usage(child);
    const rate = (frames - first) / elapsed / count;
    const idleShare = (idle.cpuMs - begin.cpuMs) / (seconds * 1000);
    const share = (after.cpuMs - before.cpuMs) / (elapsed * 1000);
    const perClient = ((share - idleShare) * 100) / count;
    const memory = ((after.residentMb - idle.residentMb) * 1000) / count;
    say(
      `  ${format.padEnd(7)} ${rate.toFixed(1)} frames/s per client, ${perClient.toFixed(3)} % of a core and ` +
        `${Math.round(memory)} kB per client (idle server: ${(idleShare * 100).toFixed(1)} %, ${Math.round(idle.residentMb)} MB)`,
    );
    for (const socket of sockets) socket.terminate();
  });
}

async function main(): Promise<void> {
  if (values.serve !== undefined) return serve(values.serve);
  await requests();
  say(`Telemetry, ${values.clients} clients at ${RATE_HZ} Hz for ${Number(values.seconds) * 2} s`);
  await telemetry("binary");
  await telemetry("json");
}

await main();
