/**
 * `npm run bench:server` compares the reference server with a bare node:http server that returns the same bytes, and with itself
 * behind the gateway, and measures WebSocket clients at 90 Hz. The measurements alternate; each server is a separate process,
 * and this process generates the load.
 */
import { cpus } from "node:os";
import { parseArgs } from "node:util";
import { benchmarkGateway } from "./server/gateway.ts";
import { formatRows, measureServerLoad, type ResultRow, type ServerLoadResult } from "./server/http-load.ts";
import {
  RATE_HZ,
  runServer,
  type ServerKind,
  type ServerOptions,
  withServer,
} from "./server/server-process.ts";
import { benchmarkTelemetry } from "./server/telemetry.ts";

const { values } = parseArgs({
  options: {
    seconds: { type: "string", default: "3" },
    rounds: { type: "string", default: "3" },
    connections: { type: "string", default: "32" },
    clients: { type: "string", default: "16,64,256" },
    serve: { type: "string" },
    port: { type: "string", default: "18080" },
  },
});

const benchOptions = {
  port: Number(values.port),
  seconds: Number(values.seconds),
  rounds: Number(values.rounds),
  connections: Number(values.connections),
};

const TARGETS: readonly (readonly [name: string, kind: ServerKind, path: string])[] = [
  ["bare node:http", "bare", "/"],
  ["GET /health", "reference", "/health"],
  ["GET /status", "reference", "/status"],
  ["GET /scene, with a token", "reference", "/scene"],
];

function print(...lines: readonly string[]): void {
  for (const line of lines) process.stdout.write(`${line}\n`);
}

/** Alternates the servers, so that other load affects all of them equally. */
async function benchmarkRequests(): Promise<void> {
  const { port, seconds, connections, rounds } = benchOptions;
  const found = TARGETS.map(([name]) => ({ name, rounds: [] as ServerLoadResult[] }) satisfies ResultRow);
  for (let round = 0; round < rounds; round += 1) {
    for (const [index, [, kind, path]] of TARGETS.entries()) {
      const options = { port, path, seconds, connections };
      const result = await withServer({ kind, port }, (child) => measureServerLoad(child, options));
      found[index]?.rounds.push(result);
    }
  }
  print(
    `HTTP, ${connections} connections, median of ${rounds} rounds of ${seconds} s`,
    ...formatRows(found, "bare"),
  );
}

async function main(): Promise<void> {
  if (values.serve !== undefined) return runServer(JSON.parse(values.serve) as ServerOptions);
  print(`${cpus().length} × ${cpus()[0]?.model ?? "unknown processor"}, Node ${process.version}`);
  await benchmarkRequests();
  print(...(await benchmarkGateway(benchOptions)));
  const seconds = benchOptions.seconds * 2;
  print(`Telemetry, clients at ${RATE_HZ} Hz for ${seconds} s`);
  for (const clients of values.clients.split(",").map(Number)) {
    for (const format of ["binary", "json"] as const) {
      print(await benchmarkTelemetry({ port: benchOptions.port, seconds, clients, format }));
    }
  }
}

await main();
