import type * as kubernetes from "@pulumi/kubernetes";
import { certificateReloadScript } from "../shared/kubernetes/certificate-reload.ts";
import { imageReference } from "../shared/kubernetes/images.ts";
import {
  emptyDirVolume,
  guaranteedResources,
  RESTRICTED_SECURITY_CONTEXT,
  restrictedPodSpec,
} from "../shared/kubernetes/pod-spec.ts";
import { MONITORING_PORTS } from "../shared/network/monitoring-ports.ts";
import { PROMETHEUS_WEB_CONFIG_FILE } from "../shared/prometheus-web-config.ts";
import { GATEWAY_HEALTH_PATH, GATEWAY_STATUS_PATH, GATEWAY_STATUS_PORT } from "./nginx-options.ts";

/** Arguments of the gateway pod. */
interface GatewayPod {
  /** The ConfigMap with `nginx.conf`. */
  readonly config: string;
  readonly port: number;
  readonly resources: { readonly cpu: string; readonly memory: string };
  readonly deregistrationSeconds: number;
  readonly drainSeconds: number;
  readonly certificateVolume: kubernetes.types.input.core.v1.Volume;
  readonly internalCaVolume: kubernetes.types.input.core.v1.Volume;
  /** The certificate of the nginx exporter, mounted as `/run/secrets/tls`; undefined without an exporter. */
  readonly metricsVolume: kubernetes.types.input.core.v1.Volume | undefined;
}

/** User and group of the official image's `nginx` user (its Alpine variants). */
const IDENTITY = { uid: 101, gid: 101 };

/** Seconds between the end of the drain and SIGKILL. */
const GRACE_PERIOD_MARGIN_SECONDS = 30;

/** Seconds until all kube-proxies have removed a terminating gateway; until then, it must accept connections. */
const ENDPOINT_REMOVAL_SECONDS = 10;

/** The pod template of the gateway. */
export function gatewayPodSpec(pod: GatewayPod): kubernetes.types.input.core.v1.PodSpec {
  const leaveSeconds = Math.max(pod.deregistrationSeconds, ENDPOINT_REMOVAL_SECONDS);
  return {
    ...restrictedPodSpec("gateway", IDENTITY),
    terminationGracePeriodSeconds: leaveSeconds + pod.drainSeconds + GRACE_PERIOD_MARGIN_SECONDS,
    containers: [
      nginxContainer(pod, leaveSeconds),
      ...(pod.metricsVolume === undefined ? [] : [nginxExporterContainer(leaveSeconds)]),
    ],
    volumes: [
      { name: "config", configMap: { name: pod.config } },
      pod.certificateVolume,
      pod.internalCaVolume,
      ...(pod.metricsVolume === undefined ? [] : [pod.metricsVolume]),
      emptyDirVolume("tmp", "256Mi"),
    ],
  };
}

function nginxContainer(pod: GatewayPod, leaveSeconds: number): kubernetes.types.input.core.v1.Container {
  const health = {
    httpGet: { path: GATEWAY_HEALTH_PATH, port: "https", scheme: "HTTPS" },
    timeoutSeconds: 3,
  };
  return {
    name: "nginx",
    image: imageReference("nginx"),
    command: ["sh", "-ec", startScript()],
    ports: [{ name: "https", containerPort: pod.port, protocol: "TCP" }],
    // nginx serves until the load balancer has deregistered the pod. Then the image's stop signal, SIGQUIT, closes the
    // listeners, and open sessions finish (at most worker_shutdown_timeout).
    lifecycle: { preStop: { exec: { command: ["sleep", String(leaveSeconds)] } } },
    resources: guaranteedResources(pod.resources),
    securityContext: RESTRICTED_SECURITY_CONTEXT,
    startupProbe: { ...health, periodSeconds: 1, failureThreshold: 30 },
    livenessProbe: { ...health, periodSeconds: 10, failureThreshold: 6 },
    readinessProbe: { ...health, periodSeconds: 5, failureThreshold: 2 },
    volumeMounts: [
      { name: "config", mountPath: "/etc/nginx/nginx.conf", subPath: "nginx.conf", readOnly: true },
      { name: "gateway-tls", mountPath: "/run/secrets/gateway-tls", readOnly: true },
      { name: "internal-tls", mountPath: "/run/secrets/internal-tls", readOnly: true },
      { name: "tmp", mountPath: "/tmp" },
    ],
  };
}

/** Exports nginx metrics for Prometheus over TLS. It terminates together with nginx, so that the last sessions are counted. */
function nginxExporterContainer(leaveSeconds: number): kubernetes.types.input.core.v1.Container {
  const port = MONITORING_PORTS.gateway;
  const health = { httpGet: { path: "/", port: "metrics", scheme: "HTTPS" }, timeoutSeconds: 5 };
  return {
    name: "exporter",
    image: imageReference("nginx-exporter"),
    args: [
      `--nginx.scrape-uri=http://127.0.0.1:${GATEWAY_STATUS_PORT}${GATEWAY_STATUS_PATH}`,
      `--web.listen-address=:${port}`,
      `--web.config.file=/etc/exporter/${PROMETHEUS_WEB_CONFIG_FILE}`,
    ],
    ports: [{ name: "metrics", containerPort: port, protocol: "TCP" }],
    // The image has no shell and no sleep command, so the kubelet sleeps.
    lifecycle: { preStop: { sleep: { seconds: leaveSeconds } } },
    resources: guaranteedResources({ cpu: "20m", memory: "32Mi" }),
    securityContext: RESTRICTED_SECURITY_CONTEXT,
    livenessProbe: { ...health, periodSeconds: 30, failureThreshold: 4 },
    readinessProbe: { ...health, periodSeconds: 30, failureThreshold: 4 },
    volumeMounts: [
      {
        name: "config",
        mountPath: `/etc/exporter/${PROMETHEUS_WEB_CONFIG_FILE}`,
        subPath: PROMETHEUS_WEB_CONFIG_FILE,
        readOnly: true,
      },
      { name: "metrics-tls", mountPath: "/run/secrets/tls", readOnly: true },
    ],
  };
}

/** nginx becomes PID 1 and loads renewed certificates on SIGHUP, while old workers keep their sessions. */
function startScript(): string {
  const nginx = "nginx -e stderr -c /etc/nginx/nginx.conf";
  return [
    certificateReloadScript(
      ["/run/secrets/gateway-tls", "/run/secrets/internal-tls"],
      `${nginx} -q -t && kill -HUP 1`,
    ),
    `exec ${nginx} -g 'daemon off;'`,
  ].join("\n");
}
