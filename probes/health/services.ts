import { defineCheck, passIf } from "../check.ts";
import type { CheckContext } from "../check-context.ts";
import type { ClusterState } from "../sources/kubernetes.ts";
import { evaluateByEnvironment, type FindingVerdicts, formatNames } from "./evaluate-by-environment.ts";

const group = "Platform";

export const services = defineCheck({
  suite: "health",
  group,
  name: "services",
  title: "Services have ready endpoints and the planned type.",
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
  const hasReadyEndpoint = (name: string): boolean =>
    cluster.endpointSlices.some(
      ({ metadata, endpoints = [] }) =>
        metadata.labels?.["kubernetes.io/service-name"] === name &&
        endpoints.some(({ conditions }) => conditions?.ready !== false),
    );
  const empty = cluster.services.filter(
    ({ metadata, spec }) => spec?.selector !== undefined && !hasReadyEndpoint(metadata.name),
  );
  const withoutAddress = cluster.services.filter(({ spec, status }) => {
    if (spec?.type === "LoadBalancer") return (status?.loadBalancer?.ingress ?? []).length === 0;
    if (spec?.type === "NodePort") return spec.ports?.some(({ nodePort }) => nodePort === undefined) ?? true;
    return spec?.clusterIP === undefined || spec.clusterIP === "";
  });
  return {
    endpoints: passIf(cluster.services.length > 0 && empty.length === 0, {
      reason:
        cluster.services.length === 0
          ? "The deployment has no Service."
          : "A Service has no ready endpoints.",
      expected: "at least one ready endpoint for each Service",
      seen: formatNames(empty.map(({ metadata }) => metadata.name)),
      remedy: "Run kubectl -n spacetime get pods, then describe the pods that are not ready.",
    }),
    addresses: passIf(withoutAddress.length === 0, {
      reason: "A Service has no address of its type.",
      expected: "a cluster IP, a node port or a load balancer address",
      seen: formatNames(withoutAddress.map(({ metadata }) => metadata.name)),
      remedy: "Find out why the load balancer is pending: kubectl describe service.",
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
  const [gateway, ...others] = states;
  const failure = {
    reason: "A service port is closed.",
    expected: "an open port",
    seen: formatNames(closed),
    remedy: "Check that the deployment is up and that no firewall blocks the port.",
  };
  return {
    endpoints: passIf(
      others.every((state) => state === "open"),
      failure,
    ),
    addresses: passIf(gateway === "open", failure),
  };
}
