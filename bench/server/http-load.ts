import type { ChildProcess } from "node:child_process";
import { Agent, request } from "node:http";
import { Agent as TlsAgent, request as tlsRequest } from "node:https";
import { percentile } from "../../probes/load/percentiles.ts";
import { BENCH_TOKEN, readUsage } from "./server-process.ts";

interface LoadResult {
  readonly perSecond: number;
  readonly p99Ms: number;
}

/** CPU time per request shows a server's cost even when the load generator limits the rate. */
export interface ServerLoadResult extends LoadResult {
  readonly cpuMicroseconds: number;
}

interface LoadOptions {
  readonly port: number;
  readonly path: string;
  readonly seconds: number;
  readonly connections: number;
  /** PEM of the CA; enables TLS. */
  readonly authority?: string;
}

/** Closed loop: each connection sends the next request as soon as it has the response. */
async function generateLoad({
  port,
  path,
  seconds,
  connections,
  authority,
}: LoadOptions): Promise<LoadResult> {
  const sockets = { keepAlive: true, maxSockets: connections };
  const agent = authority === undefined ? new Agent(sockets) : new TlsAgent({ ...sockets, ca: authority });
  const times: number[] = [];
  const end = performance.now() + seconds * 1000;
  const once200 = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const begin = performance.now();
      const headers = { Authorization: `Bearer ${BENCH_TOKEN}`, Host: `localhost:${port}` };
      const options = { host: "127.0.0.1", servername: "localhost", port, path, agent, headers };
      const send = authority === undefined ? request : tlsRequest;
      const sent = send(options, (response) => {
        if (response.statusCode !== 200)
          reject(new Error(`GET ${path} failed with status ${response.statusCode}`));
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
  const sorted = times.toSorted((one, other) => one - other);
  return { perSecond: times.length / seconds, p99Ms: percentile(sorted, 0.99) };
}

/** Warms up, then measures the load and the server's resource use. */
export async function measureServerLoad(
  child: ChildProcess,
  options: LoadOptions,
): Promise<ServerLoadResult> {
  await generateLoad({ ...options, seconds: options.seconds / 3 });
  const before = await readUsage(child);
  const measured = await generateLoad(options);
  const cpuMs = (await readUsage(child)).cpuMs - before.cpuMs;
  return { ...measured, cpuMicroseconds: (cpuMs * 1000) / (measured.perSecond * options.seconds) };
}

function median(numbers: readonly number[]): number {
  return numbers.toSorted((one, other) => one - other)[numbers.length >> 1] ?? 0;
}

/** One variant, measured several times. */
export interface ResultRow {
  readonly name: string;
  readonly rounds: readonly ServerLoadResult[];
}

/** Formats rows as lines, each compared with the first. */
export function formatRows(rows: readonly ResultRow[], what: string): string[] {
  const mid = ({ rounds }: ResultRow, field: keyof ServerLoadResult): number =>
    median(rounds.map((round) => round[field]));
  const [first] = rows;
  if (first === undefined) return [];
  return rows.map((row) => {
    const perSecond = mid(row, "perSecond");
    const cpu = mid(row, "cpuMicroseconds");
    const ratio = (perSecond / mid(first, "perSecond")).toFixed(2);
    const cost = (cpu / mid(first, "cpuMicroseconds")).toFixed(2);
    const slower = (mid(row, "p99Ms") / mid(first, "p99Ms")).toFixed(2);
    const shown = `${Math.round(perSecond)} requests/s (${ratio} of ${what}), p99 ${mid(row, "p99Ms").toFixed(2)} ms (${slower})`;
    return `  ${row.name.padEnd(26)} ${shown}, ${cpu.toFixed(0)} µs CPU time per request (${cost})`;
  });
}
