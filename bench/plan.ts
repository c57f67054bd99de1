/**
 * `npm run bench:plan [runs]` measures the duration of a plan as the median of whole processes, its growth with the number of
 * game-server pools, and the share of loading the SDKs.
 */
import { spawnSync } from "node:child_process";
import type { RawConfig } from "../components/config/config.ts";
import { readStackFile } from "../components/config/stack-file/read-stack-file.ts";
import { ENVIRONMENTS } from "../components/shared/environments.ts";
import program from "../index.ts";
import { planEnvironment } from "../plan/plan-environment.ts";

const DEFAULT_RUNS = 5;

/** The SDKs that the program loads. */
const SDKS = ["@pulumi/pulumi", "@pulumi/kubernetes", "@pulumi/random", "@pulumi/tls"];

/** Multiples of the pools in the stack file. */
const POOL_FACTORS = [1, 2, 4];

type Row = readonly string[];

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? Number.NaN)) / 2;
}

/** Measures the wall time of a Node process in milliseconds. */
function measureProcessMilliseconds(...args: readonly string[]): number {
  const start = performance.now();
  const { status, stderr } = spawnSync(process.execPath, args, {
    encoding: "utf8",
    maxBuffer: 64 * 1024 * 1024,
  });
  if (status !== 0) throw new Error(`node ${args.join(" ")} failed with exit code ${status}: ${stderr}`);
  return performance.now() - start;
}

function measureProcesses(runs: number) {
  const commands = {
    node: ["--eval", ""],
    // The same compile cache as the CLI, for comparable loading times.
    sdks: [
      "--input-type=module",
      "--eval",
      `import { enableCompileCache } from "node:module"; enableCompileCache("node_modules/.cache/spacetime-vr");
       await Promise.all(${JSON.stringify(SDKS)}.map((name) => import(name)));`,
    ],
    production: ["cli/main.ts", "plan", "production"],
    all: ["cli/main.ts", "plan"],
  };
  const times = {
    node: [] as number[],
    sdks: [] as number[],
    production: [] as number[],
    all: [] as number[],
  };
  const names = Object.keys(commands) as (keyof typeof commands)[];
  // One warm-up run of each fills the caches; then the commands alternate, so that other load affects all of them equally.
  for (const name of names) measureProcessMilliseconds(...commands[name]);
  for (let run = 0; run < runs; run += 1) {
    for (const name of names) times[name].push(measureProcessMilliseconds(...commands[name]));
  }
  return {
    node: median(times.node),
    sdks: median(times.sdks),
    production: median(times.production),
    all: median(times.all),
  };
}

function multiplyPools(raw: RawConfig, factor: number): RawConfig {
  const values = structuredClone(raw.values) as {
    gameServer: { pools: { name: string }[] };
    database: { maxConnections?: number };
  };
  // Cross-field validation compares the database's connections with the servers of all pools.
  const { database } = values;
  if (database.maxConnections !== undefined) database.maxConnections *= factor;
  const { pools } = values.gameServer;
  values.gameServer.pools = Array.from({ length: factor }, (_, copy) =>
    pools.map((pool) => ({ ...pool, name: copy === 0 ? pool.name : `${pool.name}-${copy + 1}` })),
  ).flat();
  return { ...raw, values };
}

interface GrowthMeasurement {
  readonly factor: number;
  readonly pools: number;
  readonly resources: number;
  readonly milliseconds: number;
}

/** Measures in this process, where the SDKs are already loaded, so that only the program and the plan count. */
async function measureGrowth(runs: number): Promise<GrowthMeasurement[]> {
  const raw = readStackFile(process.cwd(), "production");
  const configs = POOL_FACTORS.map((factor) => ({
    factor,
    config: multiplyPools(raw, factor),
    times: [] as number[],
    resources: 0,
  }));
  for (let run = -1; run < runs; run += 1) {
    for (const measured of configs) {
      const start = performance.now();
      const plan = await planEnvironment(program, measured.config);
      if (run >= 0) measured.times.push(performance.now() - start);
      measured.resources = plan.resources.length;
    }
  }
  return configs.map(({ factor, config, times, resources }) => {
    const { pools } = (config.values as { gameServer: { pools: unknown[] } }).gameServer;
    return { factor, pools: pools.length, resources, milliseconds: median(times) };
  });
}

function formatTable(rows: readonly Row[]): string {
  const [head = []] = rows;
  const widths = head.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const line = (row: Row) =>
    row
      .map((cell, column) =>
        column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join("  ");
  return rows.map((row) => `${line(row).trimEnd()}\n`).join("");
}

const formatSeconds = (milliseconds: number): string => `${(milliseconds / 1000).toFixed(2)} s`;
const formatRatio = (ratio: number): string => `${ratio.toFixed(2)}×`;

async function runBenchmark(runs: number): Promise<string> {
  const { node, sdks, production, all } = measureProcesses(runs);
  const growth = await measureGrowth(runs);
  const [single] = growth;
  const share = (value: number): string => `${Math.round((value / production) * 100)} %`;
  const ratio = (value: number, base: number | undefined) =>
    base === undefined ? "" : formatRatio(value / base);
  return [
    `Medians of ${runs} runs, Node ${process.versions.node}, ${process.platform} ${process.arch}\n`,
    formatTable([
      ["whole process", "median", "of production"],
      ["plan production", formatSeconds(production), "100 %"],
      [`plan (all ${ENVIRONMENTS.length})`, formatSeconds(all), share(all)],
      ["empty Node process", formatSeconds(node), share(node)],
      ["loading the SDKs, additionally", formatSeconds(sdks - node), share(sdks - node)],
    ]),
    formatTable([
      ["production, in-process", "pools", "resources", "median", "time", "per resource"],
      ...growth.map(({ factor, pools, resources, milliseconds }) => [
        `${factor}× the pools`,
        String(pools),
        String(resources),
        `${milliseconds.toFixed(1)} ms`,
        ratio(milliseconds, single?.milliseconds),
        `${(milliseconds / resources).toFixed(2)} ms`,
      ]),
    ]),
  ].join("\n");
}

const runs = Number(process.argv[2] ?? DEFAULT_RUNS);
if (Number.isSafeInteger(runs) && runs > 0) {
  process.stdout.write(await runBenchmark(runs));
} else {
  process.stderr.write(`The number of runs must be a positive integer, not "${process.argv[2]}".\n`);
  process.exitCode = 2;
}
