import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { createImmutableConfigMap } from "../../shared/kubernetes/immutable-config-map.ts";
import { selectorLabels } from "../../shared/kubernetes/labels.ts";
import { emptyDirVolume } from "../../shared/kubernetes/pod-spec.ts";
import { parseByteQuantity } from "../../shared/kubernetes/quantities.ts";
import { serviceHost } from "../../shared/network/application-flows.ts";
import { MONITORING_PORTS } from "../../shared/network/monitoring-ports.ts";
import { PROMETHEUS_WEB_CONFIG_FILE, renderPrometheusWebConfig } from "../../shared/prometheus-web-config.ts";
import { MOUNT_PATHS, WEB_USERNAMES } from "../mount-paths.ts";
import type { PrometheusOptions } from "../options.ts";
import { passwordHashContainer } from "../password-hash-container.ts";
import {
  type ContainerSize,
  configMapMount,
  containerProbes,
  createService,
  createServiceAccount,
  podTemplate,
  restrictedContainer,
  secretVolume,
  TLS_MOUNT,
  type WorkloadTls,
  workloadMetadata,
} from "../workload-resources.ts";
import { RULES_FILE, renderPrometheusConfig, targetNamespaces } from "./prometheus-config.ts";
import { createPrometheusRbac } from "./prometheus-rbac.ts";

interface PrometheusArgs {
  readonly options: PrometheusOptions;
  /** The rule file, as text. */
  readonly rules: string;
  readonly storage: string;
  readonly storageClass: string;
  readonly retentionDays: number;
  readonly resources: ContainerSize;
  readonly secrets: { readonly prometheus: string; readonly alertmanager: string };
  readonly tls: WorkloadTls;
}

const NAME = "prometheus";

/** Share of the volume for samples; the write-ahead log and compactions need the rest. */
const RETENTION_SIZE_RATIO = 0.8;

/** Replaying the write-ahead log of a busy server can take minutes. */
const STARTUP_TIMEOUT_SECONDS = 900;

/** The HTTP client config of the probes, which need the web password too. */
const PROMTOOL_CLIENT_FILE = "client.yml";

/** Prometheus: discovers targets through the API server, scrapes them over TLS and evaluates the rules. */
export class Prometheus extends pulumi.ComponentResource {
  constructor(name: string, args: PrometheusArgs, opts?: pulumi.ComponentResourceOptions) {
    super("spacetime-vr:monitoring:Prometheus", name, {}, opts);
    const { environment } = args.options;
    const metadata = workloadMetadata(NAME, environment);
    const config = createImmutableConfigMap(
      `${name}-config`,
      { baseName: NAME, namespace: metadata.namespace, labels: metadata.labels, data: prometheusFiles(args) },
      { parent: this },
    );
    createServiceAccount(name, NAME, environment, this);
    createPrometheusRbac(name, { environment, namespaces: targetNamespaces(args.options) }, this);
    createService(
      name,
      { workload: NAME, environment, ports: { web: MONITORING_PORTS.prometheus }, headless: true },
      this,
    );
    new kubernetes.apps.v1.StatefulSet(
      `${name}-stateful-set`,
      { metadata, spec: statefulSetSpec(args, config.name) },
      {
        parent: this,
        dependsOn: [config.resource],
        // The volume has the metrics history, which an incident review needs.
        protect: environment === "production",
        ignoreChanges: ["spec.volumeClaimTemplates"],
      },
    );
    this.registerOutputs({});
  }
}

function prometheusFiles({ options, rules }: PrometheusArgs): Record<string, string> {
  return {
    "prometheus.yml": renderPrometheusConfig(options),
    [RULES_FILE]: rules,
    [PROMETHEUS_WEB_CONFIG_FILE]: renderPrometheusWebConfig(),
    [PROMTOOL_CLIENT_FILE]: renderPromtoolClientConfig(),
  };
}

function renderPromtoolClientConfig(): string {
  return [
    "basic_auth:",
    `  username: ${WEB_USERNAMES.prometheus}`,
    `  password_file: ${MOUNT_PATHS.prometheusPassword}`,
    "tls_config:",
    `  ca_file: ${MOUNT_PATHS.authority}`,
    `  server_name: ${serviceHost(NAME)}`,
    "",
  ].join("\n");
}

function statefulSetSpec(
  args: PrometheusArgs,
  config: string,
): kubernetes.types.input.apps.v1.StatefulSetSpec {
  const { environment, replicas } = args.options;
  const { volume, mount } = configMapMount(config, "/etc/prometheus");
  return {
    serviceName: NAME,
    replicas,
    podManagementPolicy: "Parallel",
    selector: { matchLabels: { ...selectorLabels(NAME) } },
    persistentVolumeClaimRetentionPolicy: { whenDeleted: "Retain", whenScaled: "Retain" },
    template: podTemplate({
      workload: NAME,
      environment,
      tls: args.tls,
      callsApi: true,
      initContainers: [
        passwordHashContainer(WEB_USERNAMES.prometheus, MOUNT_PATHS.prometheusPassword, "prometheus"),
      ],
      containers: [prometheusContainer(args, mount)],
      volumes: [
        volume,
        secretVolume("prometheus", args.secrets.prometheus),
        secretVolume("alertmanager", args.secrets.alertmanager, "alertmanager-web-password"),
        emptyDirVolume("web", "1Mi"),
      ],
      // Time to write the in-memory samples and finish a compaction before the shutdown.
      spec: {
        terminationGracePeriodSeconds: 300,
        ...(replicas > 1 ? { affinity: preferSeparateNodes() } : {}),
      },
    }),
    volumeClaimTemplates: [
      {
        metadata: { name: "data", labels: { ...selectorLabels(NAME) } },
        spec: {
          accessModes: ["ReadWriteOnce"],
          storageClassName: args.storageClass,
          resources: { requests: { storage: args.storage } },
        },
      },
    ],
  };
}

/** Spreads the replicas over nodes where possible. */
function preferSeparateNodes(): kubernetes.types.input.core.v1.Affinity {
  return {
    podAntiAffinity: {
      preferredDuringSchedulingIgnoredDuringExecution: [
        {
          weight: 100,
          podAffinityTerm: {
            topologyKey: "kubernetes.io/hostname",
            labelSelector: { matchLabels: { ...selectorLabels(NAME) } },
          },
        },
      ],
    },
  };
}

function prometheusContainer(
  args: PrometheusArgs,
  config: kubernetes.types.input.core.v1.VolumeMount,
): kubernetes.types.input.core.v1.Container {
  const port = MONITORING_PORTS.prometheus;
  const asked = (question: "ready" | "healthy") => ({
    exec: {
      command: [
        "promtool",
        "check",
        question,
        `--http.config.file=/etc/prometheus/${PROMTOOL_CLIENT_FILE}`,
        `--url=https://localhost:${port}`,
      ],
    },
  });
  return restrictedContainer("prometheus", args.resources, {
    args: [
      "--config.file=/etc/prometheus/prometheus.yml",
      "--storage.tsdb.path=/prometheus",
      `--storage.tsdb.retention.time=${args.retentionDays}d`,
      `--storage.tsdb.retention.size=${retentionBytes(args.storage)}B`,
      `--web.config.file=${MOUNT_PATHS.web}`,
      `--web.listen-address=:${port}`,
      // The address that alerts link to; engineers reach it by a port-forward.
      `--web.external-url=https://localhost:${port}`,
    ],
    env: [{ name: "POD_NAME", valueFrom: { fieldRef: { fieldPath: "metadata.name" } } }],
    ports: [{ name: "web", containerPort: port, protocol: "TCP" }],
    ...containerProbes(asked("ready"), asked("healthy"), STARTUP_TIMEOUT_SECONDS),
    volumeMounts: [
      config,
      TLS_MOUNT,
      { name: "data", mountPath: "/prometheus" },
      { name: "web", mountPath: "/run/web", readOnly: true },
      { name: "prometheus", mountPath: "/run/secrets/prometheus", readOnly: true },
      { name: "alertmanager", mountPath: "/run/secrets/alertmanager", readOnly: true },
    ],
  });
}

/** The retention size in bytes for a volume of this size. */
function retentionBytes(storage: string): number {
  return Math.floor(parseByteQuantity(storage) * RETENTION_SIZE_RATIO);
}
