import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { Environment } from "../shared/environments.ts";
import { IMAGES } from "../shared/kubernetes/images.ts";
import {
  createImmutableConfigMap,
  type ImmutableConfigMap,
} from "../shared/kubernetes/immutable-config-map.ts";
import { type Labels, objectLabels, selectorLabels } from "../shared/kubernetes/labels.ts";
import { GAME_NAMESPACE } from "../shared/kubernetes/namespaces.ts";
import { topologySpread } from "../shared/kubernetes/pod-spec.ts";
import { parseCpuQuantity } from "../shared/kubernetes/quantities.ts";
import {
  createScalingResources,
  fixedReplicas,
  ROLLOUT_TIMEOUTS,
  type Scaling,
} from "../shared/kubernetes/scaling.ts";
import { PROMETHEUS_WEB_CONFIG_FILE, renderPrometheusWebConfig } from "../shared/prometheus-web-config.ts";
import { exposeGateway, type GatewayExposure, type LoadBalancerSettings } from "./gateway-exposure.ts";
import { gatewayPodSpec } from "./gateway-pod.ts";
import { renderNginxConfig } from "./nginx-config.ts";
import { GATEWAY_STATUS_PORT, NGINX_POD_PATHS, type NginxOptions } from "./nginx-options.ts";
import { NLB_CLASS, type NlbTimings, registrationSeconds } from "./nlb.ts";

interface GatewayArgs {
  readonly environment: Environment;
  readonly exposure: GatewayExposure;
  readonly loadBalancer: LoadBalancerSettings;
  readonly scaling: Scaling;
  readonly resources: { readonly cpu: string; readonly memory: string };
  readonly zones: number;
  /** The options of nginx.conf, except those that this component sets. */
  readonly nginx: Omit<NginxOptions, "listenPort" | "clientAddress" | "workers" | "statusPort" | "paths">;
  /** Seconds until a load balancer stops routing to a pod. */
  readonly deregistrationSeconds: number;
  /** The Secret with the public certificate, for an Ingress. */
  readonly certificateSecret: string;
  /** Mounted as `/run/secrets/gateway-tls`. */
  readonly certificateVolume: kubernetes.types.input.core.v1.Volume;
  /** Mounted as `/run/secrets/internal-tls`. */
  readonly internalCaVolume: kubernetes.types.input.core.v1.Volume;
  /** The certificate of the nginx exporter; undefined without monitoring. */
  readonly metricsVolume: kubernetes.types.input.core.v1.Volume | undefined;
  readonly annotations: Readonly<Record<string, pulumi.Input<string>>>;
}

const NAME = "gateway";

/** The pod's TLS port; above 1023, because the pod has no capability to bind below. */
export const GATEWAY_PORT = 8443;

/** Five minutes of low load before a gateway is removed; moving connections is cheap. */
const SCALE_DOWN_STABILIZATION_SECONDS = 300;

/** nginx as the gateway of the game servers: TLS, headers, routes, rate limits and graceful shutdown. */
export class Gateway extends pulumi.ComponentResource {
  constructor(name: string, args: GatewayArgs, opts?: pulumi.ComponentResourceOptions) {
    super("spacetime-vr:gateway:Gateway", name, {}, opts);
    const childOpts = { parent: this };
    const labels = objectLabels(NAME, args.environment, IMAGES.nginx.version);
    const config = createImmutableConfigMap(
      `${name}-config`,
      { baseName: "gateway", namespace: GAME_NAMESPACE, labels, data: configFiles(args) },
      childOpts,
    );
    new kubernetes.core.v1.ServiceAccount(
      `${name}-service-account`,
      { metadata: { name: NAME, namespace: GAME_NAMESPACE, labels }, automountServiceAccountToken: false },
      childOpts,
    );
    const deployment = this.#deployment(name, args, labels, config);
    exposeGateway(
      name,
      {
        exposure: args.exposure,
        loadBalancer: args.loadBalancer,
        times: nlbTimings(args),
        certificateSecret: args.certificateSecret,
        domain: args.nginx.domain,
        labels,
        selector: selectorLabels(NAME),
      },
      // The Service is usable only when the pods are ready.
      { parent: this, dependsOn: [deployment] },
    );
    createScalingResources(
      name,
      {
        deployment: NAME,
        labels,
        selector: selectorLabels(NAME),
        scaling: args.scaling,
        scaleDownSeconds: SCALE_DOWN_STABILIZATION_SECONDS,
      },
      childOpts,
    );
    this.registerOutputs({});
  }

  #deployment(name: string, args: GatewayArgs, labels: Labels, config: ImmutableConfigMap): pulumi.Resource {
    const selector = selectorLabels(NAME);
    return new kubernetes.apps.v1.Deployment(
      `${name}-deployment`,
      {
        metadata: { name: NAME, namespace: GAME_NAMESPACE, labels: { ...labels } },
        spec: {
          ...fixedReplicas(args.scaling),
          ...readinessSettings(args),
          revisionHistoryLimit: 5,
          selector: { matchLabels: { ...selector } },
          strategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: 0, maxSurge: "25%" } },
          template: {
            metadata: { labels: { ...labels }, annotations: { ...args.annotations } },
            spec: {
              ...gatewayPodSpec({
                config: config.name,
                port: GATEWAY_PORT,
                resources: args.resources,
                deregistrationSeconds: args.deregistrationSeconds,
                drainSeconds: args.nginx.drainSeconds,
                certificateVolume: args.certificateVolume,
                internalCaVolume: args.internalCaVolume,
                metricsVolume: args.metricsVolume,
              }),
              topologySpreadConstraints: topologySpread(selector, args.zones),
            },
          },
        },
      },
      { parent: this, dependsOn: [config.resource], customTimeouts: ROLLOUT_TIMEOUTS },
    );
  }
}

function nlbTimings({ deregistrationSeconds, nginx }: GatewayArgs): NlbTimings {
  return { deregistrationSeconds, drainSeconds: nginx.drainSeconds };
}

function readinessSettings(args: GatewayArgs): { minReadySeconds?: number } {
  const isBehindNlb = args.exposure.kind === "load-balancer" && args.loadBalancer.className === NLB_CLASS;
  return isBehindNlb ? { minReadySeconds: registrationSeconds(nlbTimings(args)) } : {};
}

function configFiles(args: GatewayArgs): Record<string, string> {
  const { metricsVolume } = args;
  return {
    "nginx.conf": renderGatewayNginxConfig(args),
    ...(metricsVolume === undefined ? {} : { [PROMETHEUS_WEB_CONFIG_FILE]: renderPrometheusWebConfig() }),
  };
}

/** The nginx.conf of a gateway with these arguments. */
function renderGatewayNginxConfig(
  args: Pick<GatewayArgs, "exposure" | "nginx" | "resources"> & Partial<Pick<GatewayArgs, "metricsVolume">>,
): string {
  return renderNginxConfig({
    ...args.nginx,
    listenPort: GATEWAY_PORT,
    workers: Math.ceil(parseCpuQuantity(args.resources.cpu)),
    ...(args.metricsVolume === undefined ? {} : { statusPort: GATEWAY_STATUS_PORT }),
    clientAddress: args.exposure.kind === "ingress" ? "forwarded" : "connection",
    paths: NGINX_POD_PATHS,
  });
}
