import type * as kubernetes from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import {
  emptyDirVolume,
  guaranteedResources,
  type Placement,
  placementSpec,
  RESTRICTED_SECURITY_CONTEXT,
  restrictedPodSpec,
} from "../shared/kubernetes/pod-spec.ts";
import type { Scaling } from "../shared/kubernetes/scaling.ts";
import { GAME_SERVER_LIVENESS } from "../shared/liveness-budget.ts";

type PodSpec = kubernetes.types.input.core.v1.PodSpec;
type Container = kubernetes.types.input.core.v1.Container;
type Probe = kubernetes.types.input.core.v1.Probe;

/** A pool of game servers: name, scaling and resources. */
export interface GameServerPoolSize {
  readonly name: string;
  readonly scaling: Scaling;
  readonly resources: { readonly cpu: string; readonly memory: string };
}

/** A variable whose value is a key of a Secret object. */
interface SecretVariable {
  readonly name: string;
  readonly reference: { readonly name: string; readonly key: string };
}

/** The arguments that the pods of all pools share. */
export interface GameServerPod {
  /** Pinned by digest. */
  readonly image: string;
  readonly environmentConfigMap: string;
  readonly secretVariables: readonly SecretVariable[];
  /** Variables whose values are provider outputs: the hosts of databases on AWS. */
  readonly deployedVariables?: readonly { readonly name: string; readonly value: pulumi.Input<string> }[];
  readonly ports: {
    readonly http: number;
    readonly telemetry: number;
    readonly discovery: number;
    /** The debug adapters, which exist only in the local environment. */
    readonly debug: { readonly dap: number; readonly lsp: number } | undefined;
  };
  /** ConfigMaps whose `ca.crt` is mounted as `/run/secrets/<store>`, for databases with another CA. */
  readonly caConfigMaps: readonly { readonly store: string; readonly configMap: string }[];
  /** Mounted as `/run/secrets/tls`. */
  readonly tlsVolume: kubernetes.types.input.core.v1.Volume;
  readonly annotations: Readonly<Record<string, pulumi.Input<string>>>;
  /** The node pool of the servers. */
  readonly placement: Placement;
  /** Seconds in which connected sessions can move to another server. */
  readonly drainSeconds: number;
  /** Seconds until a load balancer stops routing to the pod. */
  readonly deregistrationSeconds: number;
}

/** The user of the image contract, who owns the files of the image. */
const IDENTITY = { uid: 10001, gid: 10001 };

/** Seconds between the end of the drain and SIGKILL, for the last saves and a slow start of the preStop hook. */
const GRACE_PERIOD_MARGIN_SECONDS = 30;

/** The grace period: the drain, the deregistration delay and a margin, so that no session ends with SIGKILL. */
function gracePeriodSeconds(pod: Pick<GameServerPod, "drainSeconds" | "deregistrationSeconds">): number {
  return pod.drainSeconds + pod.deregistrationSeconds + GRACE_PERIOD_MARGIN_SECONDS;
}

/** The pod template of a game server. */
export function gameServerPodSpec(pod: GameServerPod, size: GameServerPoolSize): PodSpec {
  return {
    ...restrictedPodSpec("game-server", IDENTITY),
    ...placementSpec(pod.placement),
    terminationGracePeriodSeconds: gracePeriodSeconds(pod),
    containers: [gameServerContainer(pod, size)],
    volumes: [pod.tlsVolume, emptyDirVolume("tmp", "256Mi"), ...caVolumesAndMounts(pod).volumes],
  };
}

function caVolumesAndMounts({ caConfigMaps }: GameServerPod) {
  return {
    volumes: caConfigMaps.map(({ store, configMap }) => ({
      name: `${store}-authority`,
      configMap: { name: configMap },
    })),
    mounts: caConfigMaps.map(({ store }) => ({
      name: `${store}-authority`,
      mountPath: `/run/secrets/${store}`,
      readOnly: true,
    })),
  };
}

function gameServerContainer(pod: GameServerPod, size: GameServerPoolSize): Container {
  return {
    name: "game-server",
    image: pod.image,
    // As PID 1, Godot would ignore SIGTERM and not reap children; tini does both.
    command: ["/usr/bin/tini", "-g", "--"],
    args: ["/usr/local/bin/spacetime-server", "--headless"],
    envFrom: [{ configMapRef: { name: pod.environmentConfigMap } }],
    env: [
      ...(pod.deployedVariables ?? []).map(({ name, value }) => ({ name, value })),
      ...pod.secretVariables.map(({ name, reference }) => ({
        name,
        valueFrom: { secretKeyRef: { ...reference } },
      })),
    ],
    ports: containerPorts(pod.ports),
    // Part of the image contract: requests a drain over loopback, and returns when it is complete.
    lifecycle: { preStop: { exec: { command: ["/usr/local/bin/drain"] } } },
    resources: guaranteedResources(size.resources),
    securityContext: RESTRICTED_SECURITY_CONTEXT,
    ...gameServerProbes(),
    volumeMounts: [
      { name: "tls", mountPath: "/run/secrets/tls", readOnly: true },
      { name: "tmp", mountPath: "/tmp" },
      ...caVolumesAndMounts(pod).mounts,
    ],
  };
}

function containerPorts(ports: GameServerPod["ports"]): kubernetes.types.input.core.v1.ContainerPort[] {
  const debug =
    ports.debug === undefined
      ? []
      : [
          { name: "dap", containerPort: ports.debug.dap, protocol: "TCP" },
          { name: "lsp", containerPort: ports.debug.lsp, protocol: "TCP" },
        ];
  return [
    { name: "https", containerPort: ports.http, protocol: "TCP" },
    { name: "telemetry", containerPort: ports.telemetry, protocol: "TCP" },
    { name: "discovery", containerPort: ports.discovery, protocol: "UDP" },
    ...debug,
  ];
}

function gameServerProbes(): Pick<Container, "startupProbe" | "livenessProbe" | "readinessProbe"> {
  const get = (path: string): Probe => ({
    httpGet: { path, port: "https", scheme: "HTTPS" },
    timeoutSeconds: 3,
  });
  return {
    // Loading the main scene can take two minutes on a new node, so the limit is three.
    startupProbe: { ...get("/health"), periodSeconds: 2, failureThreshold: 90 },
    // `/health` does not check dependencies: a database outage must not restart every server.
    livenessProbe: { ...get("/health"), ...GAME_SERVER_LIVENESS },
    readinessProbe: { ...get("/ready"), periodSeconds: 5, failureThreshold: 2 },
  };
}
