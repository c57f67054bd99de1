import { randomBytes } from "node:crypto";
import { lookup } from "node:dns/promises";
import { networkInterfaces } from "node:os";
import { createHttpClient, NoResponseError, type SendRequest } from "./client/http.ts";
import { type PortProbe, probePort } from "./client/port.ts";
import { createTelemetryClient, type ListenToTelemetry } from "./client/telemetry.ts";
import { createTlsClient, type InspectTls } from "./client/tls.ts";
import { ScrapedMetrics } from "./sources/exposition.ts";
import { readCluster, readPodLogs } from "./sources/kubectl.ts";
import type { ClusterState } from "./sources/kubernetes.ts";
import { createMonitoringClient, type FetchJson } from "./sources/monitoring-client.ts";
import { type ProcessDeployment, readProcessDeployment, readProcessLogs } from "./sources/processes.ts";
import type { Target } from "./target/target.ts";

/** What a check asks with. Everything behind it is real; tests put other sources in its place. */
export interface CheckContext {
  readonly target: Target;
  /** A name for what this run makes: players, world objects, rate-limit buckets. */
  readonly run: string;
  readonly signal: AbortSignal;
  readonly http: SendRequest;
  readonly telemetry: ListenToTelemetry;
  readonly tls: InspectTls;
  readonly port: PortProbe;
  /** The addresses of a name. */
  readonly resolve: (name: string) => Promise<readonly string[]>;
  /** The addresses of this machine that others can reach. */
  readonly ownAddresses: () => readonly string[];
  /** A scrape of the game server; asked once in a run unless it is to be `fresh`. */
  readonly metrics: (fresh?: "fresh") => Promise<ScrapedMetrics>;
  readonly pause: (ms: number) => Promise<void>;
  /** The cluster, where the environment is one. */
  readonly cluster?: () => Promise<ClusterState>;
  /** The processes, where the environment is this machine. */
  readonly processes?: () => Promise<ProcessDeployment>;
  /** What the game servers have logged, from their start. */
  readonly logs?: () => Promise<string>;
  readonly prometheus?: FetchJson;
  readonly alertmanager?: FetchJson;
  readonly grafana?: FetchJson;
}

export interface CheckContextOptions {
  readonly signal: AbortSignal;
  /** Milliseconds that one request may take. */
  readonly timeoutMs?: number;
  readonly retryBudgetMs?: number;
}

/** A healthy answer takes milliseconds; the slowest fault of the reference server two seconds. */
const REQUEST_TIMEOUT_MS = 6000;

/** A listener that is being replaced is away for less. */
const RETRY_BUDGET_MS = 2000;

/** The sources of one run, and how to close what they hold open. */
export function openCheckContext(
  target: Target,
  options: CheckContextOptions,
): { readonly context: CheckContext; readonly close: () => void } {
  const { signal, timeoutMs = REQUEST_TIMEOUT_MS, retryBudgetMs = RETRY_BUDGET_MS } = options;
  const run = `probe-${randomBytes(5).toString("hex")}`;
  const { http, close } = createHttpClient(target, { bucket: run, signal, timeoutMs, retryBudgetMs });
  const scraped = memoize(() => scrapeMetrics(http));
  const { cluster, local, monitoring } = target;
  const { prometheusUrl, alertmanagerUrl, grafanaUrl, token } = monitoring;
  const client = (url: string): FetchJson =>
    createMonitoringClient(url, { signal, timeoutMs, ...(token === undefined ? {} : { token }) });
  const context: CheckContext = {
    target,
    run,
    signal,
    http,
    telemetry: createTelemetryClient(target, { bucket: run, signal, timeoutMs }),
    tls: createTlsClient(target, { timeoutMs }),
    port: probePort,
    resolve: async (name) => (await lookup(name, { all: true })).map(({ address }) => address),
    ownAddresses,
    metrics: (fresh) => (fresh === undefined ? scraped() : scrapeMetrics(http)),
    pause: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    ...(cluster === undefined
      ? {}
      : {
          cluster: memoize(() => readCluster({ ...cluster, signal })),
          logs: () => readPodLogs({ ...cluster, signal }),
        }),
    ...(local === undefined
      ? {}
      : { processes: memoize(() => readProcessDeployment(local)), logs: () => readProcessLogs(local) }),
    ...(prometheusUrl === undefined ? {} : { prometheus: client(prometheusUrl) }),
    ...(alertmanagerUrl === undefined ? {} : { alertmanager: client(alertmanagerUrl) }),
    ...(grafanaUrl === undefined ? {} : { grafana: client(grafanaUrl) }),
  };
  return { context, close };
}

async function scrapeMetrics(http: SendRequest): Promise<ScrapedMetrics> {
  const reply = await http("/metrics", { as: "metrics", at: "server" });
  if (reply.status !== 200) throw new NoResponseError(`/metrics answers ${reply.status}`);
  return new ScrapedMetrics(reply.text);
}

function ownAddresses(): readonly string[] {
  return Object.values(networkInterfaces()).flatMap((list) =>
    (list ?? [])
      .filter(({ internal, family }) => !internal && family === "IPv4")
      .map(({ address }) => address),
  );
}

/** Asks at most once, however many checks want the answer. */
function memoize<Value>(ask: () => Promise<Value>): () => Promise<Value> {
  let answer: Promise<Value> | undefined;
  return () => {
    answer ??= ask();
    return answer;
  };
}
