import * as kubernetes from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { Environment } from "../shared/environments.ts";
import { IMAGES, imageReference } from "../shared/kubernetes/images.ts";
import { type Labels, objectLabels, selectorLabels } from "../shared/kubernetes/labels.ts";
import {
  guaranteedResources,
  type Placement,
  type PodUser,
  placementSpec,
  RESTRICTED_SECURITY_CONTEXT,
  restrictedPodSpec,
} from "../shared/kubernetes/pod-spec.ts";
import {
  type InternalTlsServer,
  WORKLOAD_NAMESPACES,
  type Workload,
} from "../shared/network/application-flows.ts";
import { PROMETHEUS_WEB_CONFIG_FILE, renderPrometheusWebConfig } from "../shared/prometheus-web-config.ts";

type Container = kubernetes.types.input.core.v1.Container;
type PodSpec = kubernetes.types.input.core.v1.PodSpec;
type Volume = kubernetes.types.input.core.v1.Volume;
type VolumeMount = kubernetes.types.input.core.v1.VolumeMount;

/** The certificate of a workload (volume `tls`; its annotations restart the pod on renewal) and its placement. */
export interface WorkloadTls {
  readonly volume: Volume;
  readonly annotations: Readonly<Record<string, pulumi.Input<string>>>;
  readonly placement?: Placement;
}

/** The certificates of the workloads, by name. */
export type WorkloadTlsProvider = (workload: InternalTlsServer) => WorkloadTls;

/** CPU and memory, request and limit. */
export interface ContainerSize {
  readonly cpu: string;
  readonly memory: string;
}

/** The user of images that contain only a binary: `nobody`. */
export const NOBODY_IDENTITY: PodUser = { uid: 65534, gid: 65534 };

/** The metadata of every object of a workload. */
export function workloadMetadata(
  workload: Workload,
  environment: Environment,
): {
  readonly name: string;
  readonly namespace: string;
  readonly labels: Record<string, string>;
} {
  const image = workload in IMAGES ? (workload as keyof typeof IMAGES) : "prometheus";
  return {
    name: workload,
    namespace: WORKLOAD_NAMESPACES[workload],
    labels: { ...objectLabels(workload, environment, IMAGES[image].version) },
  };
}

/** A ServiceAccount; its token is mounted only in pods that use the API server. */
export function createServiceAccount(
  name: string,
  workload: Workload,
  environment: Environment,
  parent: pulumi.Resource,
): void {
  new kubernetes.core.v1.ServiceAccount(
    `${name}-service-account`,
    { metadata: workloadMetadata(workload, environment), automountServiceAccountToken: false },
    { parent },
  );
}

/** A Service with TCP ports; headless for a StatefulSet, whose pods are addressed individually. */
export function createService(
  name: string,
  args: {
    readonly workload: Workload;
    readonly environment: Environment;
    readonly ports: Readonly<Record<string, number>>;
    readonly headless?: boolean;
  },
  parent: pulumi.Resource,
): void {
  new kubernetes.core.v1.Service(
    `${name}-service`,
    {
      metadata: workloadMetadata(args.workload, args.environment),
      spec: {
        ...(args.headless === true ? { clusterIP: "None", publishNotReadyAddresses: true } : {}),
        selector: { ...selectorLabels(args.workload) },
        ports: Object.entries(args.ports).map(([port, number]) => ({
          name: port,
          port: number,
          targetPort: number,
          protocol: "TCP",
        })),
      },
    },
    { parent },
  );
}

/** A container with a pinned image, a restricted security context and requests equal to limits. */
export function restrictedContainer(
  image: keyof typeof IMAGES,
  size: ContainerSize,
  rest: Omit<Container, "image" | "resources" | "securityContext" | "name"> & { readonly name?: string },
): Container {
  return {
    name: image,
    image: imageReference(image),
    resources: guaranteedResources(size),
    securityContext: RESTRICTED_SECURITY_CONTEXT,
    ...rest,
  };
}

/** Interval and timeout in seconds, and the failures until a pod counts as not ready. */
const READINESS_TIMING = { periodSeconds: 15, timeoutSeconds: 10, failureThreshold: 3 };
const LIVENESS_TIMING = { periodSeconds: 30, timeoutSeconds: 10, failureThreshold: 4 };

type ProbeHandler = Pick<kubernetes.types.input.core.v1.Probe, "httpGet" | "exec" | "tcpSocket">;

/** Readiness and liveness probes with one endpoint, after a startup of up to `startSeconds`. */
export function containerProbes(ready: ProbeHandler, alive: ProbeHandler = ready, startSeconds = 60) {
  return {
    startupProbe: {
      ...alive,
      periodSeconds: 5,
      timeoutSeconds: 10,
      failureThreshold: Math.ceil(startSeconds / 5),
    },
    readinessProbe: { ...ready, ...READINESS_TIMING },
    livenessProbe: { ...alive, ...LIVENESS_TIMING },
  };
}

/** An HTTPS probe handler. */
export function httpsGetHandler(path: string, port: string | number): ProbeHandler {
  return { httpGet: { path, port, scheme: "HTTPS" } };
}

export const TLS_MOUNT: VolumeMount = { name: "tls", mountPath: "/run/secrets/tls", readOnly: true };

/** The volume and mount of a ConfigMap of files. */
export function configMapMount(
  name: string,
  mountPath: string,
): { readonly volume: Volume; readonly mount: VolumeMount } {
  return {
    volume: { name: "config", configMap: { name } },
    mount: { name: "config", mountPath, readOnly: true },
  };
}

/** The web config file of an exporter that serves TLS. */
export const WEB_CONFIG_DATA: Readonly<Record<string, string>> = {
  [PROMETHEUS_WEB_CONFIG_FILE]: renderPrometheusWebConfig(),
};

/** A volume with the given keys of a Secret, or with all keys. */
export function secretVolume(name: string, secretName: string, ...keys: readonly string[]): Volume {
  const items = keys.map((key) => ({ key, path: key }));
  return { name, secret: { secretName, defaultMode: 0o440, ...(items.length === 0 ? {} : { items }) } };
}

interface PodTemplateArgs {
  readonly workload: Workload;
  readonly environment: Environment;
  readonly identity?: PodUser;
  readonly tls: WorkloadTls;
  readonly containers: Container[];
  readonly initContainers?: Container[];
  readonly volumes: Volume[];
  /** Whether the pod uses the API server with its own ServiceAccount. */
  readonly callsApi?: boolean;
  readonly spec?: Partial<PodSpec>;
}

/** The pod template of a workload. */
export function podTemplate(args: PodTemplateArgs): kubernetes.types.input.core.v1.PodTemplateSpec {
  const { workload, environment, tls } = args;
  const labels: Labels = workloadMetadata(workload, environment).labels;
  return {
    metadata: {
      labels: { ...labels },
      annotations: { ...tls.placement?.annotations, ...tls.annotations },
    },
    spec: {
      ...restrictedPodSpec(workload, args.identity ?? NOBODY_IDENTITY),
      ...(tls.placement === undefined ? {} : placementSpec(tls.placement)),
      ...(args.callsApi === true ? { automountServiceAccountToken: true } : {}),
      terminationGracePeriodSeconds: 60,
      ...(args.initContainers === undefined ? {} : { initContainers: args.initContainers }),
      containers: args.containers,
      volumes: [tls.volume, ...args.volumes],
      ...args.spec,
    },
  };
}

/** A Deployment with one replica, because its state can be recreated. */
export function createSingleReplicaDeployment(
  name: string,
  args: PodTemplateArgs,
  opts: pulumi.CustomResourceOptions,
): pulumi.Resource {
  return new kubernetes.apps.v1.Deployment(
    `${name}-deployment`,
    {
      metadata: workloadMetadata(args.workload, args.environment),
      spec: {
        replicas: 1,
        revisionHistoryLimit: 5,
        selector: { matchLabels: { ...selectorLabels(args.workload) } },
        template: podTemplate(args),
      },
    },
    opts,
  );
}
