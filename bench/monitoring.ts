import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { stringify } from "yaml";
import { renderRuleFile, ruleGroups } from "../components/monitoring/rules/index.ts";
import { startServer } from "../reference-server/server.ts";
import { PRODUCTION_RULE_OPTIONS } from "../test/monitoring/rules/production-rules.ts";

/**
 * Measures the cost of the rules in a real Prometheus (on PATH) as the number of game servers grows: rule evaluations per second,
 * memory and series. The servers are simulated from one scrape of the reference server, each with its own counters.
 */
const { values } = parseArgs({
  options: {
    servers: { type: "string", default: "100,300,1000" },
    seconds: { type: "string", default: "75" },
    interval: { type: "string", default: "5" },
  },
});

const RUN_SECONDS = Number(values.seconds);
const SCRAPE_INTERVAL = `${values.interval}s`;
/** Rates need a few samples before rules return results. */
const WARM_UP_SECONDS = 30;

interface RuleCost {
  readonly servers: number;
  readonly series: number;
  readonly rules: number;
  /** Seconds that one evaluation of every rule takes. */
  readonly evaluationSeconds: number;
  readonly residentMb: number;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** Scrapes the reference server once and returns the lines. */
async function scrapeReferenceServer(): Promise<readonly string[]> {
  const token = "bench-token-0123456789abcdef0123456789abcdef";
  const settings = {
    GODOT_ENV: "production",
    GODOT_BIND_ADDRESS: "127.0.0.1",
    GODOT_TLS_ENABLED: "false",
    GODOT_HTTP_PORT: "18480",
    GODOT_TELEMETRY_PORT: "18481",
    GODOT_DISCOVERY_PORT: "18487",
    GODOT_API_TOKEN: token,
    GODOT_JWT_SIGNING_KEY: token,
  };
  const server = await startServer(settings, { write: () => undefined });
  await sleep(1500);
  const response = await fetch(`${server.httpUrl}/metrics`, {
    headers: { Authorization: `Bearer ${token}` },
  });
  const text = await response.text();
  await server.stop();
  if (!response.ok)
    throw new Error(`GET /metrics of the reference server failed with status ${response.status}.`);
  return text.split("\n");
}

const COUNTER_LINE = /^(\w+_(?:total|count|sum|bucket)(?:\{[^}]*\})?) (\S+)$/;

/** Serves the scrapes of all simulated servers; counters increase with each scrape. */
async function startSimulatedServers(lines: readonly string[]): Promise<Server> {
  let scrapes = 0;
  const server = createServer((_request, response) => {
    scrapes += 1;
    const body = lines.map((line) =>
      line.replace(COUNTER_LINE, (_, series, value) => `${series} ${Number(value) + scrapes}`),
    );
    response.writeHead(200, { "Content-Type": "text/plain; version=0.0.4" }).end(body.join("\n"));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return server;
}

function renderPrometheusConfig(address: string, servers: number): string {
  const targets = Array.from({ length: servers }, (_, index) => ({
    targets: [address],
    labels: {
      __metrics_path__: `/server-${index}`,
      instance: `server-${index}`,
      pod: `game-server-${index}`,
      namespace: "spacetime",
    },
  }));
  return stringify({
    global: { scrape_interval: SCRAPE_INTERVAL, evaluation_interval: SCRAPE_INTERVAL },
    rule_files: ["rules.yml"],
    scrape_configs: [{ job_name: "game-server", static_configs: targets }],
  });
}

interface RulesResponse {
  readonly data: {
    readonly groups: readonly { readonly rules: unknown[]; readonly evaluationTime: number }[];
  };
}

interface TsdbResponse {
  readonly data: { readonly headStats: { readonly numSeries: number } };
}

async function fetchJson<Answer>(url: string): Promise<Answer> {
  return (await (await fetch(url)).json()) as Answer;
}

async function waitUntilReady(url: string): Promise<void> {
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const answer = await fetch(`${url}/-/ready`).catch(() => undefined);
    if (answer?.ok) return;
    await sleep(200);
  }
  throw new Error("Prometheus did not become ready within 20 seconds.");
}

/** Resident memory of a process, megabytes. */
function readResidentMb(pid: number): number {
  const [, kilobytes = "0"] = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
  return Number(kilobytes) / 1000;
}

async function measureRuleCost(address: string, servers: number, port: number): Promise<RuleCost> {
  const directory = mkdtempSync(join(tmpdir(), "bench-monitoring-"));
  writeFileSync(join(directory, "prometheus.yml"), renderPrometheusConfig(address, servers));
  writeFileSync(join(directory, "rules.yml"), renderRuleFile(ruleGroups(PRODUCTION_RULE_OPTIONS)));
  const url = `http://127.0.0.1:${port}`;
  const args = [`--config.file=${directory}/prometheus.yml`, `--storage.tsdb.path=${directory}/data`];
  const child = spawn("prometheus", [...args, `--web.listen-address=127.0.0.1:${port}`], { stdio: "ignore" });
  const ended = once(child, "exit");
  try {
    await waitUntilReady(url);
    await sleep(WARM_UP_SECONDS * 1000);
    const samples: number[] = [];
    let rules = 0;
    for (const end = Date.now() + RUN_SECONDS * 1000 - WARM_UP_SECONDS * 1000; Date.now() < end; ) {
      const { groups } = (await fetchJson<RulesResponse>(`${url}/api/v1/rules`)).data;
      samples.push(groups.reduce((sum, { evaluationTime }) => sum + evaluationTime, 0));
      rules = groups.reduce((sum, group) => sum + group.rules.length, 0);
      await sleep(Number(values.interval) * 1000);
    }
    const { headStats } = (await fetchJson<TsdbResponse>(`${url}/api/v1/status/tsdb`)).data;
    const evaluationSeconds = samples.toSorted((a, b) => a - b)[Math.floor(samples.length / 2)] ?? 0;
    return {
      servers,
      series: headStats.numSeries,
      rules,
      evaluationSeconds,
      residentMb: readResidentMb(child.pid ?? 0),
    };
  } finally {
    child.kill();
    await ended;
    rmSync(directory, { recursive: true, force: true });
  }
}

function formatRuleCost(
  { servers, series, rules, evaluationSeconds, residentMb }: RuleCost,
  first: RuleCost,
): string {
  const factor = (of: (cost: RuleCost) => number, cost: RuleCost): string =>
    `${(of(cost) / of(first)).toFixed(1)}x`;
  const cost = { servers, series, rules, evaluationSeconds, residentMb };
  return [
    `${servers} servers (${factor((c) => c.servers, cost)})`,
    `${series} series (${factor((c) => c.series, cost)})`,
    `${rules} rules in ${(evaluationSeconds * 1000).toFixed(0)} ms (${factor((c) => c.evaluationSeconds, cost)})`,
    `${Math.round(rules / evaluationSeconds)} rules/s`,
    `${residentMb.toFixed(0)} MB (${factor((c) => c.residentMb, cost)})`,
  ].join("  ");
}

async function main(): Promise<void> {
  const simulated = await startSimulatedServers(await scrapeReferenceServer());
  const { port } = simulated.address() as AddressInfo;
  const costs: RuleCost[] = [];
  for (const servers of values.servers.split(",").map(Number)) {
    print(`${servers} servers, ${RUN_SECONDS} s…`);
    const cost = await measureRuleCost(`127.0.0.1:${port}`, servers, 19_490);
    costs.push(cost);
    print(formatRuleCost(cost, costs[0] as RuleCost));
  }
  simulated.close();
}

await main();
