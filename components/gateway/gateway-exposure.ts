import * as kubernetes from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { Labels } from "../shared/kubernetes/labels.ts";
import { GAME_NAMESPACE } from "../shared/kubernetes/namespaces.ts";
import { NLB_CLASS, type NlbTimings, nlbAnnotations } from "./nlb.ts";

/** How players reach the gateway. */
export type GatewayExposure =
  | {
      readonly kind: "load-balancer";
      /** The networks that may connect. */
      readonly sourceCidrs: readonly string[];
      readonly annotations: Readonly<Record<string, string>>;
    }
  | {
      readonly kind: "ingress";
      readonly className: string;
      readonly annotations: Readonly<Record<string, string>>;
    }
  | { readonly kind: "node-port"; readonly port: number };

/** Annotations for the cluster's load balancer controller. */
export interface LoadBalancerSettings {
  /** `spec.loadBalancerClass`; undefined to use the cluster's default controller. */
  readonly className?: string;
  /** Default annotations, which those of the stack file override. */
  readonly annotations: Readonly<Record<string, string>>;
}

interface GatewayExposureArgs {
  readonly exposure: GatewayExposure;
  readonly loadBalancer: LoadBalancerSettings;
  readonly times: NlbTimings;
  /** The Secret with the public certificate. */
  readonly certificateSecret: string;
  readonly domain: string;
  readonly labels: Labels;
  readonly selector: Labels;
}

type ServiceSpec = kubernetes.types.input.core.v1.ServiceSpec;

const NAME = "gateway";
const PUBLIC_PORT = 443;

/** The Service of the gateway and, for that kind of exposure, the Ingress. */
export function exposeGateway(
  name: string,
  args: GatewayExposureArgs,
  opts: pulumi.CustomResourceOptions,
): void {
  const { exposure } = args;
  const service = new kubernetes.core.v1.Service(
    `${name}-service`,
    {
      metadata: {
        name: NAME,
        namespace: GAME_NAMESPACE,
        labels: { ...args.labels },
        annotations: serviceAnnotations(args),
      },
      spec: serviceSpec(args),
    },
    opts,
  );
  if (exposure.kind !== "ingress") return;
  new kubernetes.networking.v1.Ingress(
    `${name}-ingress`,
    {
      metadata: {
        name: NAME,
        namespace: GAME_NAMESPACE,
        labels: { ...args.labels },
        annotations: { ...exposure.annotations },
      },
      spec: ingressSpec(exposure.className, args),
    },
    { ...opts, dependsOn: [service] },
  );
}

function serviceAnnotations({ exposure, loadBalancer, times }: GatewayExposureArgs): Record<string, string> {
  if (exposure.kind !== "load-balancer") return {};
  const nlbDefaults = loadBalancer.className === NLB_CLASS ? nlbAnnotations(times) : {};
  return { ...loadBalancer.annotations, ...nlbDefaults, ...exposure.annotations };
}

/**
 * `Local` preserves the client address, which the rate limits need, and avoids a hop between nodes. An NLB routes to the
 * pods directly and preserves the address itself, so no node port is needed.
 */
function loadBalancerServiceSpec({ className }: LoadBalancerSettings): Partial<ServiceSpec> {
  if (className === undefined) return { externalTrafficPolicy: "Local" };
  return className === NLB_CLASS
    ? { loadBalancerClass: className, externalTrafficPolicy: "Cluster", allocateLoadBalancerNodePorts: false }
    : { loadBalancerClass: className, externalTrafficPolicy: "Local" };
}

function serviceSpec({ exposure, selector, loadBalancer }: GatewayExposureArgs): ServiceSpec {
  const port = { name: "https", port: PUBLIC_PORT, targetPort: "https", protocol: "TCP" };
  switch (exposure.kind) {
    case "load-balancer":
      return {
        type: "LoadBalancer",
        ...loadBalancerServiceSpec(loadBalancer),
        loadBalancerSourceRanges: [...exposure.sourceCidrs],
        selector: { ...selector },
        ports: [port],
      };
    case "ingress":
      return { type: "ClusterIP", selector: { ...selector }, ports: [port] };
    case "node-port":
      return {
        type: "NodePort",
        externalTrafficPolicy: "Local",
        selector: { ...selector },
        ports: [{ ...port, nodePort: exposure.port }],
      };
    default: {
      const exhaustive: never = exposure;
      return exhaustive;
    }
  }
}

function ingressSpec(
  className: string,
  { domain, certificateSecret: secretName }: GatewayExposureArgs,
): kubernetes.types.input.networking.v1.IngressSpec {
  const backend = { service: { name: NAME, port: { name: "https" } } };
  return {
    ingressClassName: className,
    tls: [{ hosts: [domain], secretName }],
    rules: [{ host: domain, http: { paths: [{ path: "/", pathType: "Prefix", backend }] } }],
  };
}
