import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { configObject } from "../../shared/config-object.ts";
import type { Environment } from "../../shared/environments.ts";
import type { InternalServer } from "../../shared/flows.ts";
import { selectorLabels } from "../../shared/labels.ts";
import { METRICS_PORTS } from "../../shared/metrics-ports.ts";
import { WEB_CONFIG_FILE } from "../../shared/web-config.ts";
import type { ExporterSource } from "../options.ts";
import {
  configMount,
  container,
  httpsGet,
  metadataOf,
  podTemplate,
  probes,
  service,
  serviceAccount,
  singleDeployment,
  TLS_MOUNT,
  type TlsOf,
  WEB_CONFIG_FILES,
} from "../workload.ts";
import { blackboxConfig, type ProbeOptions } from "./blackbox-config.ts";
import { kubeStateMetricsRole, RESOURCES } from "./kube-state-metrics-role.ts";
import { NODE_EXPORTER_ARGUMENTS, NODE_MOUNTS, NODE_VOLUMES } from "./node-directories.ts";
import { postgresExporter, redisExporter } from "./stores.ts";

export interface ExportersArgs {
  readonly environment: Environment;
  readonly probes: ProbeOptions;
  readonly nodeExporter: ExporterSource;
  readonly kubeStateMetrics: ExporterSource;
  /** The address of Redis and the Secret with its password, where it is ours. */
  readonly redis: { readonly address: string; readonly secret: string } | undefined;
  /** The database, where it is ours. */
  readonly postgres: { readonly address: string; readonly database: string } | undefined;
  readonly tls: TlsOf;
}

type Container = kubernetes.types.input.core.v1.Container;

/** What translates the figures of others for Prometheus; each over TLS, each reachable by Prometheus alone. */
export class Exporters extends pulumi.ComponentResource {
  readonly #args: ExportersArgs;

  constructor(name: string, args: ExportersArgs, opts?: pulumi.ComponentResourceOptions) {
    super("spacetime-vr:monitoring:Exporters", name, {}, opts);
    this.#args = args;
    this.#blackbox(`${name}-blackbox`);
    const { environment, tls } = args;
    if (args.redis !== undefined)
      redisExporter(`${name}-redis`, { environment, ...args.redis, tls: tls("redis-exporter") }, this);
    if (args.postgres !== undefined) {
      postgresExporter(
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
    const port = METRICS_PORTS[workload];
    service(name, { workload, environment: this.#args.environment, ports: { metrics: port } }, this);
    const files = { ...WEB_CONFIG_FILES, "blackbox.yml": blackboxConfig(this.#args.probes) };
    this.#deployment(name, workload, files, (mount) =>
      container(
        workload,
        { cpu: "50m", memory: "64Mi" },
        {
          args: [
            "--config.file=/etc/exporter/blackbox.yml",
            `--web.config.file=/etc/exporter/${WEB_CONFIG_FILE}`,
            `--web.listen-address=:${port}`,
          ],
          ports: [{ name: "metrics", containerPort: port, protocol: "TCP" }],
          ...probes(httpsGet("/-/healthy", "metrics")),
          volumeMounts: [mount, TLS_MOUNT],
        },
      ),
    );
  }

  #kubeStateMetrics(name: string): void {
    const workload = "kube-state-metrics";
    const port = METRICS_PORTS[workload];
    kubeStateMetricsRole(name, this.#args.environment, this);
    this.#deployment(
      name,
      workload,
      WEB_CONFIG_FILES,
      (mount) =>
        container(
          workload,
          { cpu: "100m", memory: "256Mi" },
          {
            args: [
              `--port=${port}`,
              `--tls-config=/etc/exporter/${WEB_CONFIG_FILE}`,
              `--resources=${RESOURCES.join(",")}`,
              // Its own metrics have nothing that a rule reads; the second listener stays inside the pod.
              "--telemetry-host=127.0.0.1",
            ],
            ports: [{ name: "metrics", containerPort: port, protocol: "TCP" }],
            ...probes(httpsGet("/healthz", "metrics")),
            volumeMounts: [mount, TLS_MOUNT],
          },
        ),
      true,
    );
  }

  #deployment(
    name: string,
    workload: InternalServer,
    files: Readonly<Record<string, string>>,
    make: (config: kubernetes.types.input.core.v1.VolumeMount) => Container,
    callsApi = false,
  ): void {
    const { environment, tls } = this.#args;
    const { namespace, labels } = metadataOf(workload, environment);
    const config = configObject(
      `${name}-config`,
      { baseName: workload, namespace, labels, data: files },
      { parent: this },
    );
    serviceAccount(name, workload, environment, this);
    const { volume, mount } = configMount(config.name, "/etc/exporter");
    singleDeployment(
      name,
      { workload, environment, tls: tls(workload), containers: [make(mount)], volumes: [volume], callsApi },
      { parent: this, dependsOn: [config.resource] },
    );
  }

  #nodeExporter(name: string): void {
    const workload = "node-exporter";
    const port = METRICS_PORTS[workload];
    const { environment, tls } = this.#args;
    const metadata = metadataOf(workload, environment);
    const { namespace, labels } = metadata;
    const config = configObject(
      `${name}-config`,
      { baseName: workload, namespace, labels, data: WEB_CONFIG_FILES },
      { parent: this },
    );
    serviceAccount(name, workload, environment, this);
    const { volume, mount } = configMount(config.name, "/etc/exporter");
    const template = podTemplate({
      workload,
      environment,
      tls: tls(workload),
      containers: [
        container(
          workload,
          { cpu: "50m", memory: "64Mi" },
          {
            args: [
              ...NODE_EXPORTER_ARGUMENTS,
              `--web.config.file=/etc/exporter/${WEB_CONFIG_FILE}`,
              `--web.listen-address=:${port}`,
            ],
            ports: [{ name: "metrics", containerPort: port, protocol: "TCP" }],
            ...probes(httpsGet("/", "metrics")),
            volumeMounts: [mount, TLS_MOUNT, ...NODE_MOUNTS],
          },
        ),
      ],
      volumes: [volume, ...NODE_VOLUMES],
      spec: { tolerations: [{ operator: "Exists" }] },
    });
    new kubernetes.apps.v1.DaemonSet(
      `${name}-daemon-set`,
      { metadata, spec: { selector: { matchLabels: { ...selectorLabels(workload) } }, template } },
      { parent: this, dependsOn: [config.resource] },
    );
  }
}
