import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { Environment } from "../shared/environments.ts";
import { certificateReloadScript } from "../shared/kubernetes/certificate-reload.ts";
import { IMAGES, imageReference } from "../shared/kubernetes/images.ts";
import { createImmutableConfigMap } from "../shared/kubernetes/immutable-config-map.ts";
import { objectLabels, selectorLabels } from "../shared/kubernetes/labels.ts";
import { NODES_NAMESPACE } from "../shared/kubernetes/namespaces.ts";
import {
  emptyDirVolume,
  guaranteedResources,
  RESTRICTED_SECURITY_CONTEXT,
  restrictedPodSpec,
} from "../shared/kubernetes/pod-spec.ts";
import { MONITORING_PORTS } from "../shared/network/monitoring-ports.ts";
import { type LogDestination, renderFluentBitConfig } from "./fluent-bit-config.ts";
import { renderFilterLua } from "./redaction.ts";
import { renderTlsProxyConfig } from "./tls-proxy-config.ts";

export interface LogShipperArgs {
  readonly environment: Environment;
  readonly destination: LogDestination;
  readonly tls: {
    readonly volume: kubernetes.types.input.core.v1.Volume;
    readonly annotations: Readonly<Record<string, pulumi.Input<string>>>;
  };
}

const NAME = "fluent-bit";

/** User `nobody` in the root group, because the log files are owned by root and readable for its group. */
const IDENTITY = { uid: 65534, gid: 0 };

/** Ships the redacted logs of the project's pods from every node, with a separate audit log. */
export class LogShipper extends pulumi.ComponentResource {
  constructor(name: string, args: LogShipperArgs, opts?: pulumi.ComponentResourceOptions) {
    super("spacetime-vr:logging:LogShipper", name, {}, opts);
    const labels = { ...objectLabels(NAME, args.environment, IMAGES["fluent-bit"].version) };
    const metadata = { name: NAME, namespace: NODES_NAMESPACE, labels };
    const config = createImmutableConfigMap(
      `${name}-config`,
      {
        baseName: NAME,
        namespace: NODES_NAMESPACE,
        labels,
        data: {
          "fluent-bit.yaml": renderFluentBitConfig(args.environment, args.destination),
          "filter.lua": renderFilterLua(),
          "nginx.conf": renderTlsProxyConfig(),
        },
      },
      { parent: this },
    );
    new kubernetes.core.v1.ServiceAccount(
      `${name}-service-account`,
      { metadata, automountServiceAccountToken: false },
      { parent: this },
    );
    new kubernetes.apps.v1.DaemonSet(
      `${name}-daemon-set`,
      {
        metadata,
        spec: {
          selector: { matchLabels: { ...selectorLabels(NAME) } },
          template: {
            metadata: { labels, annotations: { ...args.tls.annotations } },
            spec: logShipperPodSpec(config.name, args.tls.volume),
          },
        },
      },
      { parent: this, dependsOn: [config.resource] },
    );
    this.registerOutputs({});
  }
}

function logShipperPodSpec(
  config: string,
  tls: kubernetes.types.input.core.v1.Volume,
): kubernetes.types.input.core.v1.PodSpec {
  return {
    ...restrictedPodSpec(NAME, IDENTITY),
    // Runs on every node, including tainted ones.
    tolerations: [{ operator: "Exists" }],
    terminationGracePeriodSeconds: 60,
    containers: [fluentBitContainer(), tlsProxyContainer()],
    volumes: [
      { name: "config", configMap: { name: config } },
      { name: "logs", hostPath: { path: "/var/log", type: "Directory" } },
      tls,
      emptyDirVolume("buffers", "1Gi"),
      emptyDirVolume("tmp", "16Mi"),
    ],
  };
}

function httpsProbes(path: string) {
  const probe = {
    httpGet: { path, port: MONITORING_PORTS["fluent-bit"], scheme: "HTTPS" },
    timeoutSeconds: 5,
  };
  return {
    readinessProbe: { ...probe, periodSeconds: 15 },
    livenessProbe: { ...probe, periodSeconds: 30, failureThreshold: 10 },
  };
}

function fluentBitContainer(): kubernetes.types.input.core.v1.Container {
  return {
    name: NAME,
    image: imageReference("fluent-bit"),
    args: ["--config=/etc/fluent-bit/fluent-bit.yaml"],
    resources: guaranteedResources({ cpu: "100m", memory: "128Mi" }),
    securityContext: RESTRICTED_SECURITY_CONTEXT,
    // The liveness probe checks only the HTTP server: a restart while the destination is unavailable would re-read every file.
    readinessProbe: httpsProbes("/api/v1/health").readinessProbe,
    livenessProbe: httpsProbes("/api/v2/metrics/prometheus").livenessProbe,
    volumeMounts: [
      { name: "config", mountPath: "/etc/fluent-bit", readOnly: true },
      { name: "logs", mountPath: "/var/log", readOnly: true },
      { name: "buffers", mountPath: "/buffers" },
    ],
  };
}

function tlsProxyContainer(): kubernetes.types.input.core.v1.Container {
  const nginx = "nginx -e stderr -c /etc/proxy/nginx.conf";
  return {
    name: "tls",
    image: imageReference("nginx"),
    command: [
      "sh",
      "-ec",
      [
        certificateReloadScript(["/run/secrets/tls"], `${nginx} -q -t && kill -HUP 1`),
        `exec ${nginx} -g 'daemon off;'`,
      ].join("\n"),
    ],
    ports: [{ name: "metrics", containerPort: MONITORING_PORTS["fluent-bit"], protocol: "TCP" }],
    resources: guaranteedResources({ cpu: "20m", memory: "32Mi" }),
    securityContext: RESTRICTED_SECURITY_CONTEXT,
    ...httpsProbes("/proxy-health"),
    volumeMounts: [
      { name: "config", mountPath: "/etc/proxy", readOnly: true },
      { name: "tls", mountPath: "/run/secrets/tls", readOnly: true },
      { name: "tmp", mountPath: "/tmp" },
    ],
  };
}
