import * as kubernetes from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { Labels } from "../shared/labels.ts";
import { GAME_NAMESPACE } from "../shared/namespaces.ts";

/** How players reach the gateway. */
export type Exposure =
  | {
      readonly kind: "load-balancer";
      /** Who may connect. */
      readonly sourceCidrs: readonly string[];
      readonly annotations: Readonly<Record<string, string>>;
    }
  | {
      readonly kind: "ingress";
      readonly className: string;
      readonly annotations: Readonly<Record<string, string>>;
    }
  | { readonly kind: "node-port"; readonly port: number };

export interface ExposureArgs {
  readonly exposure: Exposure;
  readonly domain: string;
  readonly labels: Labels;
  readonly selector: Labels;
}

type ServiceSpec = kubernetes.types.input.core.v1.ServiceSpec;

const NAME = "gateway";
const PUBLIC_PORT = 443;

/** The gateway's Service, and the Ingress where there is one. */
export function exposeGateway(name: string, args: ExposureArgs, opts: pulumi.CustomResourceOptions): void {
  const { exposure } = args;
  const annotations = exposure.kind === "load-balancer" ? { ...exposure.annotations } : {};
  const service = new kubernetes.core.v1.Service(
    `${name}-service`,
    {
      metadata: { name: NAME, namespace: GAME_NAMESPACE, labels: { ...args.labels }, annotations },
      spec: serviceSpec(exposure, args.selector),
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
      spec: ingressSpec(exposure.className, args.domain),
    },
    { ...opts, dependsOn: [service] },
  );
}

function serviceSpec(exposure: Exposure, selector: Labels): ServiceSpec {
  const port = { name: "https", port: PUBLIC_PORT, targetPort: "https", protocol: "TCP" };
  switch (exposure.kind) {
    case "load-balancer":
      return {
        type: "LoadBalancer",
        // Local keeps the client's address, which the shield counts by, and saves a hop between nodes.
        externalTrafficPolicy: "Local",
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

function ingressSpec(className: string, domain: string): kubernetes.types.input.networking.v1.IngressSpec {
  const backend = { service: { name: NAME, port: { name: "https" } } };
  return {
    ingressClassName: className,
    tls: [{ hosts: [domain], secretName: "gateway-tls" }],
    rules: [{ host: domain, http: { paths: [{ path: "/", pathType: "Prefix", backend }] } }],
  };
}
