import { randomBytes } from "node:crypto";
import { lookup } from "node:dns/promises";
import { networkInterfaces } from "node:os";
import { createDnsClient, type InspectZone } from "./client/dns.ts";
import { createHttpClient, NoResponseError, type SendRequest } from "./client/http.ts";
import { type PortProbe, probePort } from "./client/port.ts";
import { createTelemetryClient, type ListenToTelemetry } from "./client/telemetry.ts";
import { createTlsClient, type InspectTls } from "./client/tls.ts";
import type { UpdateHistory } from "./history/update-history.ts";
import type { LoadReport } from "./load/load-report.ts";
import { type ClusterCapacity, readCapacity } from "./sources/capacity.ts";
import { ScrapedMetrics } from "./sources/exposition.ts";
import { type ManagedObject, readFieldManagers } from "./sources/field-managers.ts";
import { readCluster, readPodLogs } from "./sources/kubectl.ts";
import type { ClusterState } from "./sources/kubernetes.ts";
import { createMonitoringClient, type FetchJson } from "./sources/monitoring-client.ts";
import { type PlatformState, readPlatform } from "./sources/platform.ts";
import { createPodConnections, type TryAddresses } from "./sources/pod-connections.ts";
import { type ProcessDeployment, readProcessDeployment, readProcessLogs } from "./sources/processes.ts";
import { type RestorePoints, readRestorePoints } from "./sources/restore-points.ts";
import { plannedImages } from "./target/external-addresses.ts";
import type { MonitoringEndpoint } from "./target/monitoring-target.ts";
import type { Target } from "./target/target.ts";

/** The sources of a check; tests replace them. */
export interface CheckContext {
  readonly target: Target;
  /** Unique prefix for the players, world objects and rate-limit buckets of this run. */
  readonly run: string;
  readonly signal: AbortSignal;
  readonly http: SendRequest;
  readonly telemetry: ListenToTelemetry;
  readonly tls: InspectTls;
  readonly port: PortProbe;
  /** Resolves a name to its addresses. */
  readonly resolve: (name: string) => Promise<readonly string[]>;
  /** Returns the external IPv4 addresses of this machine. */
  readonly ownAddresses: () => readonly string[];
  /** Scrapes the game server; the result is cached for the run unless it must be `fresh`. */
  readonly metrics: (fresh?: "fresh") => Promise<ScrapedMetrics>;
  readonly pause: (ms: number) => Promise<void>;
  /** The state of the cluster, if the environment is a cluster. */
  readonly cluster?: () => Promise<ClusterState>;
  /** The processes, if the environment is a local deployment. */
  readonly processes?: () => Promise<ProcessDeployment>;
  /** The logs of the game servers, including their startup messages. */
  readonly logs?: () => Promise<string>;
  /** Inspects the delegation of the DNS zone of a name. */
  readonly zone: InspectZone;
  /** The cluster below the environment. */
  readonly platform?: () => Promise<PlatformState>;
  /** The room on the nodes of the cluster. */
  readonly capacity?: () => Promise<ClusterCapacity>;
  /** Connects from where the environment runs: from this machine, or from a pod if the operator allowed it. */
  readonly connections?: TryAddresses;
  /** The clients that have written the objects of the deployment. */
  readonly fieldManagers?: () => Promise<readonly ManagedObject[]>;
  readonly restorePoints?: () => Promise<RestorePoints>;
  /** The updates of the stack, if the caller has read its ledger. */
  readonly history?: () => Promise<UpdateHistory>;
  /** The load test that was just run. */
  readonly loadReport?: () => Promise<LoadReport>;
  /** The highest request rate of a passed load test of staging. */
  readonly testedRequestsPerSecond?: number;
  readonly prometheus?: FetchJson;
  readonly alertmanager?: FetchJson;
  readonly grafana?: FetchJson;
}

export interface CheckContextOptions {
  readonly signal: AbortSignal;
  /** Timeout of one request, in milliseconds. */
  readonly timeoutMs?: number;
  readonly retryBudgetMs?: number;
  /** Whether checks may start a pod in the cluster. @default false */
  readonly startPod?: boolean;
}

/** A healthy response takes milliseconds; the slowest fault of the reference server takes two seconds. */
const REQUEST_TIMEOUT_MS = 6000;

/** Longer than the replacement of a listener takes. */
const RETRY_BUDGET_MS = 2000;

/** Opens the sources of one run; `close` closes their connections. */
export function openCheckContext(
  target: Target,
  options: CheckContextOptions,
): { readonly context: CheckContext; readonly close: () => void } {
  const { signal, timeoutMs = REQUEST_TIMEOUT_MS, retryBudgetMs = RETRY_BUDGET_MS } = options;
  const run = `probe-${randomBytes(5).toString("hex")}`;
  const { http, close } = createHttpClient(target, { bucket: run, signal, timeoutMs, retryBudgetMs });
  const scraped = memoize(() => scrapeMetrics(http));
  const { cluster, local, monitoring, database } = target;
  const { prometheus, alertmanager, grafana } = monitoring;
  const client = (endpoint: MonitoringEndpoint): FetchJson =>
    createMonitoringClient(endpoint, { signal, timeoutMs });
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
    zone: createDnsClient({ timeoutMs }),
    metrics: (fresh) => (fresh === undefined ? scraped() : scrapeMetrics(http)),
    pause: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    ...(cluster === undefined
      ? {}
      : {
          cluster: memoize(() => readCluster({ ...cluster, signal })),
          logs: () => readPodLogs({ ...cluster, signal }),
          platform: memoize(() => readPlatform({ ...cluster, signal })),
          capacity: memoize(() => readCapacity({ ...cluster, signal })),
          fieldManagers: memoize(() => readFieldManagers({ ...cluster, signal })),
          ...clusterConnections(target, options),
          ...(database === undefined
            ? {}
            : { restorePoints: memoize(() => readRestorePoints(database, { ...cluster, signal })) }),
        }),
    ...(local === undefined
      ? {}
      : {
          processes: memoize(() => readProcessDeployment(local)),
          logs: () => readProcessLogs(local),
          connections: connectFromHere,
        }),
    ...(prometheus === undefined ? {} : { prometheus: client(prometheus) }),
    ...(alertmanager === undefined ? {} : { alertmanager: client(alertmanager) }),
    ...(grafana === undefined ? {} : { grafana: client(grafana) }),
  };
  return { context, close };
}

/** A pod can be started only with an image that the plan has; nginx's has a shell and `nc`. */
function clusterConnections(
  { cluster, planned = [] }: Target,
  { signal, startPod = false }: CheckContextOptions,
): Pick<CheckContext, "connections"> {
  const image = plannedImages(planned).find((one) => /\/nginx:/.test(one));
  return startPod && image !== undefined
    ? { connections: createPodConnections({ ...cluster, signal, image }) }
    : {};
}

const connectFromHere: TryAddresses = async (addresses) => {
  const states = await Promise.all(addresses.map(({ host, port }) => probePort(host, port)));
  return addresses.filter((_, index) => states[index] === "open");
};

async function scrapeMetrics(http: SendRequest): Promise<ScrapedMetrics> {
  const reply = await http("/metrics", { auth: "metrics", endpoint: "server" });
  if (reply.status !== 200) throw new NoResponseError(`/metrics returned ${reply.status}`);
  return new ScrapedMetrics(reply.text);
}

function ownAddresses(): readonly string[] {
  return Object.values(networkInterfaces()).flatMap((list) =>
    (list ?? [])
      .filter(({ internal, family }) => !internal && family === "IPv4")
      .map(({ address }) => address),
  );
}

/** Reads a source at most once, because several checks use it. */
function memoize<Value>(read: () => Promise<Value>): () => Promise<Value> {
  let result: Promise<Value> | undefined;
  return () => {
    result ??= read();
    return result;
  };
}
