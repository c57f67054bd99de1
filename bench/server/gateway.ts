import { readFileSync } from "node:fs";
import { findInstalledProgram } from "../../operations/local/processes/installed-programs.ts";
import {
  createNginxFixture,
  type NginxFixture,
  startNginx,
  writeNginxConfig,
} from "../../test/gateway/nginx-process.ts";
import { formatRows, measureServerLoad, type ResultRow, type ServerLoadResult } from "./http-load.ts";
import { withServer } from "./server-process.ts";

interface GatewayBenchOptions {
  readonly port: number;
  readonly seconds: number;
  readonly rounds: number;
  readonly connections: number;
}

const PATH = "/health";

/** Limits too high to be reached: their cost is included, rejections are not. */
const UNLIMITED_SHIELD = { requestsPerSecond: 100_000, burst: 100_000, connections: 10_000 } as const;

/** Measures the reference server over TLS, directly and behind the gateway's nginx config. @returns lines to print */
export async function benchmarkGateway(bench: GatewayBenchOptions): Promise<string[]> {
  const nginx = findInstalledProgram("nginx");
  if (nginx === undefined) return ["Gateway: skipped, because nginx is not installed."];
  const shop = createNginxFixture();
  try {
    const direct: ServerLoadResult[] = [];
    const behind: ServerLoadResult[] = [];
    for (let round = 0; round < bench.rounds; round += 1) {
      direct.push(await measureRound(bench, shop));
      behind.push(await measureRound(bench, shop, nginx));
    }
    const rows: ResultRow[] = [
      { name: "GET /health over TLS", rounds: direct },
      { name: "… behind the gateway", rounds: behind },
    ];
    const head = `Gateway, one nginx worker, TLS on both sides, ${bench.connections} connections, median of ${bench.rounds} rounds`;
    return [head, ...formatRows(rows, "direct")];
  } finally {
    shop.remove();
  }
}

function measureRound(
  bench: GatewayBenchOptions,
  shop: NginxFixture,
  nginx?: string,
): Promise<ServerLoadResult> {
  const { port, seconds, connections } = bench;
  const authority = readFileSync(shop.paths.certificate, "utf8");
  const certificate = { cert: shop.paths.certificate, key: shop.paths.key };
  return withServer({ kind: "reference", port, certificate }, async (child) => {
    const options = { path: PATH, seconds, connections, authority };
    if (nginx === undefined) return measureServerLoad(child, { ...options, port });
    const listenPort = port + 20;
    const config = writeNginxConfig(shop, {
      domain: "localhost",
      listenPort,
      upstream: { host: "localhost", address: "127.0.0.1", httpPort: port, telemetryPort: port + 1 },
      shield: UNLIMITED_SHIELD,
      clientAddress: "connection",
      drainSeconds: 1,
      maxBodyBytes: 1024,
      workers: 1,
    });
    const stop = await startNginx(nginx, config, shop);
    try {
      return await measureServerLoad(child, { ...options, port: listenPort });
    } finally {
      await stop();
    }
  });
}
