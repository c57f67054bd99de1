import { isIP } from "node:net";
import {
  GAME_NAMESPACE,
  NAMESPACES,
  NODES_NAMESPACE,
} from "../../components/shared/kubernetes/namespaces.ts";
import { defineCheck, notApplicable, passIf, type Verdict } from "../check.ts";
import type { CheckContext } from "../check-context.ts";
import { describeResponse, healthBody, parseBody, statusBody } from "../contract.ts";
import { hostOf, unreachableVerdict } from "../gateway-port.ts";
import type { ClusterState } from "../sources/kubernetes.ts";
import { evaluateByEnvironment, type FindingVerdicts, formatNames } from "./evaluate-by-environment.ts";

const group = "Network";

export const gatewayExposure = defineCheck({
  suite: "health",
  group,
  name: "gateway-exposure",
  title: "The gateway is exposed as configured and routes to the API and to telemetry.",
  findings: ["created", "address", "routes"],
  async run(context) {
    const routes = await evaluateRoutes(context);
    const { findings } = await evaluateByEnvironment(context, ["created", "address"], {
      cluster: evaluateExposure,
      processes: ({ processes }) => {
        const isPlanned = context.target.local?.gateway === "nginx";
        const isRunning = processes.some(({ name, alive }) => alive && /nginx|gateway/.test(name));
        return {
          created: passIf(!isPlanned || isRunning, {
            reason: "nginx is not running.",
            expected: "nginx in front of the server",
            seen: formatNames(processes.map(({ name }) => name)),
            remedy: "Run `npm run local -- status`, and read .spacetime-vr/local/logs.",
          }),
          address: routes,
        };
      },
      address: () => ({ created: routes, address: routes }),
    });
    return { findings: { ...findings, routes } };
  },
});

export function evaluateExposure(
  cluster: Pick<ClusterState, "services" | "ingresses">,
): FindingVerdicts<"created" | "address"> {
  const service = cluster.services.find(({ metadata }) => metadata.name === "gateway");
  const [ingress] = cluster.ingresses;
  const { type } = service?.spec ?? {};
  const addresses = (ingress ?? service)?.status?.loadBalancer?.ingress ?? [];
  const hasPort = type === "NodePort" && service?.spec?.ports?.some(({ nodePort }) => nodePort !== undefined);
  const isExposed = ingress !== undefined || type === "LoadBalancer" || type === "NodePort";
  return {
    created: passIf(service !== undefined && isExposed, {
      reason: "The gateway is not exposed.",
      expected: "a LoadBalancer, a NodePort or an Ingress",
      seen: service === undefined ? "no Service" : (type ?? "no type"),
      remedy: 'Check gateway.exposure, then run "up" for this environment.',
    }),
    address: passIf(addresses.length > 0 || hasPort === true, {
      reason: "The gateway has no address outside the cluster.",
      expected: "an address",
      seen: "none",
      remedy: "Find out why the load balancer is pending: kubectl -n spacetime describe service gateway.",
    }),
  };
}

async function evaluateRoutes({ http, telemetry }: CheckContext): Promise<Verdict> {
  const health = await http("/health", { retry: false });
  const session = await telemetry({ frames: 1, ms: 1500 });
  // If the server itself rejects the handshake, the route works.
  const isRouted = session.opened || session.rejectedStatus === 401 || session.rejectedStatus === 403;
  return passIf(parseBody(health, healthBody) !== undefined && isRouted, {
    reason: "The gateway does not route to the API and to telemetry.",
    expected: "200 for /health, and a telemetry handshake",
    seen: `${describeResponse(health)}; telemetry ${session.opened ? "open" : `rejected with ${session.rejectedStatus ?? "no status"}`}`,
    remedy: "Check the gateway's routes and the readiness of the game servers.",
  });
}

export const publicName = defineCheck({
  suite: "health",
  group,
  name: "public-name",
  title: "The public DNS name resolves to the gateway, and the server uses this name.",
  findings: ["address", "serves-release"],
  async run(context) {
    const { target, http, resolve } = context;
    const { hostname } = new URL(target.url);
    const name = isIP(target.serverName) === 0 ? target.serverName : undefined;
    const reply = await http("/status");
    const body = parseBody(reply, statusBody);
    const addresses = name === undefined ? [hostname] : await resolve(name).catch(() => []);
    const gatewayAddresses =
      context.cluster === undefined ? [] : await loadBalancerAddresses(context, await context.cluster());
    const isGateway =
      gatewayAddresses.length === 0 || addresses.some((address) => gatewayAddresses.includes(address));
    return {
      findings: {
        address: passIf(addresses.length > 0 && isGateway, {
          reason: "The public name does not resolve to the gateway.",
          expected: gatewayAddresses.length === 0 ? "an address" : formatNames(gatewayAddresses),
          seen: formatNames(addresses),
          remedy:
            "Set the DNS record of gateway.domain to the gateway's address; resolvers cache the old record for its TTL.",
        }),
        "serves-release": passIf(body !== undefined && (name === undefined || body.public_host === name), {
          reason: "The public name serves another deployment.",
          expected: `public_host ${name ?? "of any name"}`,
          seen: body?.public_host ?? describeResponse(reply),
          remedy: "Check gateway.domain (GODOT_PUBLIC_HOST) and the DNS record.",
        }),
      },
      measured: { addresses: addresses.length },
    };
  },
});

async function loadBalancerAddresses(
  { resolve }: CheckContext,
  { services }: ClusterState,
): Promise<readonly string[]> {
  const gateway = services.find(({ metadata }) => metadata.name === "gateway");
  const entries = gateway?.status?.loadBalancer?.ingress ?? [];
  const lists = entries.map(async ({ ip, hostname }) =>
    ip === undefined ? (hostname === undefined ? [] : resolve(hostname).catch(() => [])) : [ip],
  );
  return (await Promise.all(lists)).flat();
}

export const networkPolicies = defineCheck({
  suite: "health",
  group,
  name: "network-policies",
  title: "Network policies deny traffic by default, and internal paths are not served externally.",
  findings: ["default-deny", "inner-paths"],
  async run(context) {
    const { findings } = await evaluateByEnvironment(context, ["default-deny"], {
      cluster: (cluster) => ({ "default-deny": evaluateNetworkPolicies(cluster) }),
      processes: "processes on one machine communicate without a network",
      address: "network policies are not visible at an address",
    });
    return { findings: { ...findings, "inner-paths": await evaluateInternalPaths(context) } };
  },
});

export function evaluateNetworkPolicies({
  networkPolicies: policies,
  namespaces,
}: Pick<ClusterState, "networkPolicies" | "namespaces">): Verdict {
  const isDefaultDeny = ({ spec }: (typeof policies)[number]): boolean =>
    Object.keys(spec?.podSelector?.matchLabels ?? {}).length === 0 &&
    (spec?.podSelector?.matchExpressions ?? []).length === 0 &&
    spec?.policyTypes?.includes("Ingress") === true &&
    spec.policyTypes.includes("Egress") &&
    (spec.ingress ?? []).length === 0 &&
    (spec.egress ?? []).length === 0;
  const exists = (name: string): boolean => namespaces.some(({ metadata }) => metadata.name === name);
  const open = NAMESPACES.filter((namespace) => namespace !== NODES_NAMESPACE || exists(namespace)).filter(
    (namespace) => !policies.some((one) => one.metadata.namespace === namespace && isDefaultDeny(one)),
  );
  const gamePolicies = policies.filter(
    (one) => one.metadata.namespace === GAME_NAMESPACE && !isDefaultDeny(one),
  );
  const missing = ["game-server", "gateway"].filter(
    (name) => !gamePolicies.some(({ metadata }) => metadata.name === name),
  );
  return passIf(open.length + missing.length === 0, {
    reason: "Network policies are missing or do not deny by default.",
    expected: "a default-deny policy in each namespace, and a policy for each workload",
    seen: formatNames([
      ...open.map((one) => `${one} has no default-deny policy`),
      ...missing.map((one) => `no policy for ${one}`),
    ]),
    remedy: 'Run "up" for this environment.',
  });
}

async function evaluateInternalPaths({ http }: CheckContext): Promise<Verdict> {
  const paths = ["/drain", "/metrics"];
  const replies = await Promise.all(paths.map((path) => http(path, { auth: "none" })));
  const open = paths.filter((_, index) => ![401, 403, 404].includes(replies[index]?.status ?? 0));
  return passIf(open.length === 0, {
    reason: "Internal paths are served externally.",
    expected: "404 at the gateway, 401 at the server",
    seen: formatNames(paths.map((path, index) => `${path} ${replies[index]?.status ?? "nothing"}`)),
    remedy: "Put the gateway in front of the server; its configuration blocks both paths.",
  });
}

/** Ports that must not be exposed: PostgreSQL, Redis, Prometheus, Alertmanager and Grafana. */
const INTERNAL_PORTS = [5432, 6379, 9090, 9093, 3000] as const;

export const networkIsolation = defineCheck({
  suite: "health",
  group,
  name: "network-isolation",
  title: "Only the gateway port is exposed.",
  findings: ["refused"],
  async run(context) {
    const { target } = context;
    const host = hostOf(target);
    if (context.processes !== undefined)
      return { findings: { refused: await evaluateOwnAddresses(context) } };
    if (/^(localhost|127\.|::1$)/.test(host)) {
      return {
        findings: { refused: notApplicable("every port of this machine is reachable from itself") },
      };
    }
    const unreachable = await unreachableVerdict(context);
    if (unreachable !== undefined) return { findings: { refused: unreachable } };
    const ports = [...INTERNAL_PORTS, target.debugPorts.dap, target.debugPorts.lsp];
    return { findings: { refused: await evaluateClosedPorts(context, [host], ports) } };
  },
});

async function evaluateOwnAddresses(context: CheckContext): Promise<Verdict> {
  const { target, ownAddresses } = context;
  const addresses = ownAddresses();
  if (addresses.length === 0) return notApplicable("this machine has no external address");
  const urls = [target.url, target.telemetryUrl, target.serverUrl ?? target.url];
  const ports = new Set([
    ...urls.map((url) => Number(new URL(url).port || 443)),
    ...Object.values(target.debugPorts),
  ]);
  return evaluateClosedPorts(context, addresses, [...ports]);
}

async function evaluateClosedPorts(
  { port }: CheckContext,
  hosts: readonly string[],
  ports: readonly number[],
): Promise<Verdict> {
  const endpoints = hosts.flatMap((host) => ports.map((number) => ({ host, number })));
  const states = await Promise.all(endpoints.map(({ host, number }) => port(host, number)));
  const open = endpoints.filter((_, index) => states[index] === "open");
  return passIf(open.length === 0, {
    reason: "Internal ports are reachable from outside.",
    expected: "no open port except the gateway port",
    seen: formatNames(open.map(({ host, number }) => `${host}:${number}`)),
    remedy: "Bind these ports to loopback or the cluster network, and check the firewall.",
  });
}
