import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { Environment } from "../../shared/environments.ts";
import { createImmutableConfigMap } from "../../shared/kubernetes/immutable-config-map.ts";
import { selectorLabels } from "../../shared/kubernetes/labels.ts";
import type { InternalTlsServer } from "../../shared/network/application-flows.ts";
import { MONITORING_PORTS } from "../../shared/network/monitoring-ports.ts";
import { PROMETHEUS_WEB_CONFIG_FILE } from "../../shared/prometheus-web-config.ts";
import type { ExporterSource } from "../options.ts";
import {
  configMapMount,
  containerProbes,
  createService,
  createServiceAccount,
  createSingleReplicaDeployment,
  httpsGetHandler,
  podTemplate,
  restrictedContainer,
  TLS_MOUNT,
  WEB_CONFIG_DATA,
  type WorkloadTlsProvider,
  workloadMetadata,
} from "../workload-resources.ts";
import { type BlackboxProbeOptions, renderBlackboxConfig } from "./blackbox-config.ts";
import { createPostgresExporter, createRedisExporter } from "./data-store-exporters.ts";
import { createKubeStateMetricsRbac, KUBE_STATE_METRICS_RESOURCES } from "./kube-state-metrics-rbac.ts";
import {
  NODE_EXPORTER_ARGUMENTS,
  NODE_EXPORTER_MOUNTS,
  NODE_EXPORTER_VOLUMES,
} from "./node-exporter-options.ts";

export interface ExportersArgs {
  readonly environment: Environment;
  readonly probes: BlackboxProbeOptions;
  readonly nodeExporter: ExporterSource;
  readonly kubeStateMetrics: ExporterSource;
  /** The address of in-cluster Redis and the Secret with its password. */
  readonly redis: { readonly address: string; readonly secret: string } | undefined;
  /** The address and name of the in-cluster database. */
  readonly postgres: { readonly address: string; readonly database: string } | undefined;
  readonly tls: WorkloadTlsProvider;
}

type Container = kubernetes.types.input.core.v1.Container;

/** The exporters. Each serves its metrics over TLS and accepts connections only from Prometheus. */
export class Exporters extends pulumi.ComponentResource {
  readonly #args: ExportersArgs;

  constructor(name: string, args: ExportersArgs, opts?: pulumi.ComponentResourceOptions) {
    super("spacetime-vr:monitoring:Exporters", name, {}, opts);
    this.#args = args;
    this.#blackbox(`${name}-blackbox`);
    const { environment, tls } = args;
    if (args.redis !== undefined)
      createRedisExporter(`${name}-redis`, { environment, ...args.redis, tls: tls("redis-exporter") }, this);
    if (args.postgres !== undefined) {
      createPostgresExporter(
        `${name}-postgres`,
        { environment, ...args.postgres, tls: tls("postgres-exporter") },
        this,
      );
    }
    if (args.kubeStateMetrics.kind === "own") this.#kubeStateMetrics(`${name}-kube-state`);
    if (args.nodeExporter.kind === "own") this.#nodeExporter(`${name}-node`);
    this.registerOutputs({});
  }

  #blackbox(name: string): void {
    const workload = "blackbox-exporter";
    const port = MONITORING_PORTS[workload];
    createService(name, { workload, environment: this.#args.environment, ports: { metrics: port } }, this);
    const files = { ...WEB_CONFIG_DATA, "blackbox.yml": renderBlackboxConfig(this.#args.probes) };
    this.#deployment(name, workload, files, (mount) =>
      restrictedContainer(
        workload,
        { cpu: "50m", memory: "64Mi" },
        {
          args: [
            "--config.file=/etc/exporter/blackbox.yml",
            `--web.config.file=/etc/exporter/${PROMETHEUS_WEB_CONFIG_FILE}`,
            `--web.listen-address=:${port}`,
          ],
          ports: [{ name: "metrics", containerPort: port, protocol: "TCP" }],
          ...containerProbes(httpsGetHandler("/-/healthy", "metrics")),
          volumeMounts: [mount, TLS_MOUNT],
        },
      ),
    );
  }

  #kubeStateMetrics(name: string): void {
    const workload = "kube-state-metrics";
    const port = MONITORING_PORTS[workload];
    createKubeStateMetricsRbac(name, this.#args.environment, this);
    this.#deployment(
      name,
      workload,
      WEB_CONFIG_DATA,
      (mount) =>
        restrictedContainer(
          workload,
          { cpu: "100m", memory: "256Mi" },
          {
            args: [
              `--port=${port}`,
              `--tls-config=/etc/exporter/${PROMETHEUS_WEB_CONFIG_FILE}`,
              `--resources=${KUBE_STATE_METRICS_RESOURCES.join(",")}`,
              // No rule uses the exporter's own metrics, so their listener is not reachable from outside the pod.
              "--telemetry-host=127.0.0.1",
            ],
            ports: [{ name: "metrics", containerPort: port, protocol: "TCP" }],
            ...containerProbes(httpsGetHandler("/healthz", "metrics")),
            volumeMounts: [mount, TLS_MOUNT],
          },
        ),
      true,
    );
  }

  #deployment(
    name: string,
    workload: InternalTlsServer,
    files: Readonly<Record<string, string>>,
    make: (config: kubernetes.types.input.core.v1.VolumeMount) => Container,
    callsApi = false,
  ): void {
    const { environment, tls } = this.#args;
    const { namespace, labels } = workloadMetadata(workload, environment);
    const config = createImmutableConfigMap(
      `${name}-config`,
      { baseName: workload, namespace, labels, data: files },
      { parent: this },
    );
    createServiceAccount(name, workload, environment, this);
    const { volume, mount } = configMapMount(config.name, "/etc/exporter");
    createSingleReplicaDeployment(
      name,
      { workload, environment, tls: tls(workload), containers: [make(mount)], volumes: [volume], callsApi },
      { parent: this, dependsOn: [config.resource] },
    );
  }

  #nodeExporter(name: string): void {
    const workload = "node-exporter";
    const port = MONITORING_PORTS[workload];
    const { environment, tls } = this.#args;
    const metadata = workloadMetadata(workload, environment);
    const { namespace, labels } = metadata;
    const config = createImmutableConfigMap(
      `${name}-config`,
      { baseName: workload, namespace, labels, data: WEB_CONFIG_DATA },
      { parent: this },
    );
    createServiceAccount(name, workload, environment, this);
    const { volume, mount } = configMapMount(config.name, "/etc/exporter");
    const template = podTemplate({
      workload,
      environment,
      tls: tls(workload),
      containers: [
        restrictedContainer(
          workload,
          { cpu: "50m", memory: "64Mi" },
          {
            args: [
              ...NODE_EXPORTER_ARGUMENTS,
              `--web.config.file=/etc/exporter/${PROMETHEUS_WEB_CONFIG_FILE}`,
              `--web.listen-address=:${port}`,
            ],
            ports: [{ name: "metrics", containerPort: port, protocol: "TCP" }],
            ...containerProbes(httpsGetHandler("/", "metrics")),
            volumeMounts: [mount, TLS_MOUNT, ...NODE_EXPORTER_MOUNTS],
          },
        ),
      ],
      volumes: [volume, ...NODE_EXPORTER_VOLUMES],
      spec: { tolerations: [{ operator: "Exists" }] },
    });
    new kubernetes.apps.v1.DaemonSet(
      `${name}-daemon-set`,
      { metadata, spec: { selector: { matchLabels: { ...selectorLabels(workload) } }, template } },
      { parent: this, dependsOn: [config.resource] },
    );
  }
}
