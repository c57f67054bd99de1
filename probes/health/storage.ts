import { defineCheck, notApplicable, passIf, type Verdict } from "../check.ts";
import type { CheckContext } from "../check-context.ts";
import type { ClusterState } from "../sources/kubernetes.ts";
import { maxValue, queryPrometheus } from "../sources/monitoring-client.ts";
import {
  evaluateByEnvironment,
  type FindingVerdicts,
  formatNames,
  REQUIRES_ENVIRONMENT_NAME,
} from "./evaluate-by-environment.ts";

const group = "Platform";

/** Room for the logs and the write-ahead log of a day. */
const MIN_FREE_BYTES = 500e6;

/** A fifth of the volume, and no end in two weeks at the growth of the last day. */
const MIN_FREE_RATIO = 0.2;
const DATABASE_SPACE_QUERY =
  'min(kubelet_volume_stats_available_bytes{persistentvolumeclaim=~"data-postgres.*"} / kubelet_volume_stats_capacity_bytes{persistentvolumeclaim=~"data-postgres.*"})';

export const volumes = defineCheck({
  suite: "health",
  group,
  name: "volumes",
  title: "Data has its place, and room to grow.",
  findings: ["created", "bound", "database-space"],
  run: (context) =>
    evaluateByEnvironment(context, ["created", "bound", "database-space"], {
      cluster: async (cluster) => ({
        ...evaluateVolumeClaims(cluster),
        "database-space": await evaluateDatabaseSpace(context),
      }),
      processes: ({ writable, freeBytes, directory, processes }) => ({
        created: passIf(processes.length > 0, {
          reason: "The deployment has no state.",
          expected: "the supervisor's record of what runs",
          seen: directory,
          remedy: 'Start it with "npm start".',
        }),
        bound: passIf(writable, {
          reason: "The data directory cannot be written.",
          expected: "a directory that can be written",
          seen: directory,
          remedy: "Run as the user that deployed, on a file system that is not read-only.",
        }),
        "database-space": passIf(freeBytes >= MIN_FREE_BYTES, {
          reason: "The disk is almost full.",
          expected: `${MIN_FREE_BYTES / 1e6} MB free`,
          seen: `${Math.round(freeBytes / 1e6)} MB`,
          remedy: "Free some space: a full disk stops the database first.",
        }),
      }),
      address: REQUIRES_ENVIRONMENT_NAME,
    }),
});

export function evaluateVolumeClaims(
  cluster: Pick<ClusterState, "claims" | "statefulSets">,
): FindingVerdicts<"created" | "bound"> {
  const wanted = cluster.statefulSets.flatMap(({ metadata, spec }) =>
    (spec?.volumeClaimTemplates ?? []).flatMap((template) =>
      Array.from(
        { length: spec?.replicas ?? 1 },
        (_, ordinal) => `${template.metadata.name}-${metadata.name}-${ordinal}`,
      ),
    ),
  );
  const missing = wanted.filter((name) => !cluster.claims.some(({ metadata }) => metadata.name === name));
  const unbound = cluster.claims.filter(({ status }) => status?.phase !== "Bound");
  return {
    created: passIf(missing.length === 0, {
      reason: "Stateful workloads lack their volume claims.",
      expected: formatNames(wanted),
      seen: `without ${formatNames(missing)}`,
      remedy: "kubectl -n spacetime describe statefulset says why it makes none.",
    }),
    bound: passIf(unbound.length === 0, {
      reason: "Volume claims are not bound to storage.",
      expected: "Bound",
      seen: formatNames(
        unbound.map(({ metadata, status }) => `${metadata.name} ${status?.phase ?? "unknown"}`),
      ),
      remedy: "See the storage class, and kubectl describe the claim.",
    }),
  };
}

async function evaluateDatabaseSpace({ prometheus }: CheckContext): Promise<Verdict> {
  if (prometheus === undefined) return notApplicable("no Prometheus at hand: --prometheus-url");
  const share = maxValue(await queryPrometheus(prometheus, DATABASE_SPACE_QUERY));
  return passIf(share !== undefined && share >= MIN_FREE_RATIO, {
    reason: "The database's volume fills up, or nobody measures it.",
    expected: `${MIN_FREE_RATIO * 100} % free`,
    seen: share === undefined ? "no series" : `${Math.round(share * 100)} %`,
    remedy: "Raise database.storage: the storage class must allow it.",
  });
}

export const services = defineCheck({
  suite: "health",
  group,
  name: "services",
  title: "Every service has somebody behind it and an address of its kind.",
  findings: ["endpoints", "addresses"],
  run: (context) =>
    evaluateByEnvironment(context, ["endpoints", "addresses"], {
      cluster: evaluateServices,
      processes: () => evaluatePorts(context),
      address: () => evaluatePorts(context),
    }),
});

export function evaluateServices(
  cluster: Pick<ClusterState, "services" | "endpointSlices">,
): FindingVerdicts<"endpoints" | "addresses"> {
  const ready = (name: string): boolean =>
    cluster.endpointSlices.some(
      ({ metadata, endpoints = [] }) =>
        metadata.labels?.["kubernetes.io/service-name"] === name &&
        endpoints.some(({ conditions }) => conditions?.ready !== false),
    );
  const empty = cluster.services.filter(
    ({ metadata, spec }) => spec?.selector !== undefined && !ready(metadata.name),
  );
  const without = cluster.services.filter(({ spec, status }) => {
    if (spec?.type === "LoadBalancer") return (status?.loadBalancer?.ingress ?? []).length === 0;
    if (spec?.type === "NodePort") return spec.ports?.some(({ nodePort }) => nodePort === undefined) ?? true;
    return spec?.clusterIP === undefined || spec.clusterIP === "";
  });
  return {
    endpoints: passIf(cluster.services.length > 0 && empty.length === 0, {
      reason: cluster.services.length === 0 ? "There is no Service." : "Nobody is ready behind a Service.",
      expected: "a ready pod behind each",
      seen: formatNames(empty.map(({ metadata }) => metadata.name)),
      remedy: "kubectl -n spacetime get pods, then describe those that are not ready.",
    }),
    addresses: passIf(without.length === 0, {
      reason: "A Service has no address of its kind.",
      expected: "a cluster address, a node port or a load balancer",
      seen: formatNames(without.map(({ metadata }) => metadata.name)),
      remedy: "kubectl describe service says why the load balancer is pending.",
    }),
  };
}

async function evaluatePorts({
  target,
  port,
}: CheckContext): Promise<FindingVerdicts<"endpoints" | "addresses">> {
  const urls = [
    target.url,
    target.telemetryUrl,
    ...(target.serverUrl === undefined ? [] : [target.serverUrl]),
  ];
  const states = await Promise.all(
    urls.map(async (url) => {
      const { hostname, port: number, protocol } = new URL(url);
      const isPlain = protocol === "http:" || protocol === "ws:";
      return port(hostname.replace(/^\[|\]$/g, ""), Number(number === "" ? (isPlain ? 80 : 443) : number));
    }),
  );
  const closed = urls.filter((_, index) => states[index] === "closed");
  const [entrance, ...others] = states;
  const fault = {
    reason: "Nobody listens where a service should be.",
    expected: "an open port",
    seen: formatNames(closed),
    remedy: "See that the deployment is up, and that no firewall stands between.",
  };
  return {
    endpoints: passIf(
      others.every((state) => state === "open"),
      fault,
    ),
    addresses: passIf(entrance === "open", fault),
  };
}
