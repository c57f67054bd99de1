import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { Environment } from "../../shared/environments.ts";
import { createImmutableConfigMap } from "../../shared/kubernetes/immutable-config-map.ts";
import { selectorLabels } from "../../shared/kubernetes/labels.ts";
import { emptyDirVolume } from "../../shared/kubernetes/pod-spec.ts";
import { ROLLOUT_TIMEOUTS } from "../../shared/kubernetes/scaling.ts";
import { serviceHost } from "../../shared/network/application-flows.ts";
import { ALERTMANAGER_GOSSIP_PORT, MONITORING_PORTS } from "../../shared/network/monitoring-ports.ts";
import { PROMETHEUS_WEB_CONFIG_FILE, renderPrometheusWebConfig } from "../../shared/prometheus-web-config.ts";
import { MOUNT_PATHS, WEB_USERNAMES } from "../mount-paths.ts";
import type { AlertmanagerOptions, Silence } from "../options.ts";
import { passwordHashContainer } from "../password-hash-container.ts";
import {
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
import { renderAlertmanagerConfig } from "./alertmanager-config.ts";
import { createSilencesJob } from "./silences-job.ts";
import { CLUSTER_TLS_CONFIG_FILE, renderAmtoolClientConfig, renderClusterTlsConfig } from "./tls-config.ts";

interface AlertmanagerArgs {
  readonly environment: Environment;
  readonly options: AlertmanagerOptions;
  readonly replicas: number;
  readonly silences: readonly Silence[];
  readonly storageClass: string;
  /** The Secret with the web password and the credentials of the notification channels. */
  readonly secret: string;
  readonly tls: WorkloadTls;
}

const NAME = "alertmanager";
const RESOURCES = { cpu: "100m", memory: "128Mi" };

/** Silences and the notification log need only kilobytes; 1 Gi is the smallest size that every storage class supports. */
const STORAGE_SIZE = "1Gi";

/** The HTTP client config of amtool. */
const AMTOOL_CLIENT_FILE = "client.yml";

/** Alertmanager as a StatefulSet. Two or more replicas form a cluster over mutual TLS, which deduplicates notifications. */
export class Alertmanager extends pulumi.ComponentResource {
  constructor(name: string, args: AlertmanagerArgs, opts?: pulumi.ComponentResourceOptions) {
    super("spacetime-vr:monitoring:Alertmanager", name, {}, opts);
    const metadata = workloadMetadata(NAME, args.environment);
    const config = createImmutableConfigMap(
      `${name}-config`,
      {
        baseName: NAME,
        namespace: metadata.namespace,
        labels: metadata.labels,
        data: alertmanagerFiles(args),
      },
      { parent: this },
    );
    createServiceAccount(name, NAME, args.environment, this);
    const ports = { web: MONITORING_PORTS.alertmanager, cluster: ALERTMANAGER_GOSSIP_PORT };
    createService(name, { workload: NAME, environment: args.environment, ports, headless: true }, this);
    const set = new kubernetes.apps.v1.StatefulSet(
      `${name}-stateful-set`,
      { metadata, spec: statefulSetSpec(args, config.name) },
      {
        parent: this,
        dependsOn: [config.resource],
        // The volume has the silences and the notification log, which an incident review needs.
        protect: args.environment === "production",
        ignoreChanges: ["spec.volumeClaimTemplates"],
        customTimeouts: ROLLOUT_TIMEOUTS,
      },
    );
    createSilencesJob(
      `${name}-silences`,
      { environment: args.environment, silences: args.silences, secret: args.secret, tls: args.tls },
      { parent: this, dependsOn: [set] },
    );
    this.registerOutputs({});
  }
}

function alertmanagerFiles({ options, replicas }: AlertmanagerArgs): Record<string, string> {
  return {
    "alertmanager.yml": renderAlertmanagerConfig(options),
    [PROMETHEUS_WEB_CONFIG_FILE]: renderPrometheusWebConfig(),
    [AMTOOL_CLIENT_FILE]: renderAmtoolClientConfig(),
    ...(replicas > 1 ? { [CLUSTER_TLS_CONFIG_FILE]: renderClusterTlsConfig() } : {}),
  };
}

function statefulSetSpec(
  args: AlertmanagerArgs,
  config: string,
): kubernetes.types.input.apps.v1.StatefulSetSpec {
  const { volume, mount } = configMapMount(config, "/etc/alertmanager");
  return {
    serviceName: NAME,
    replicas: args.replicas,
    podManagementPolicy: "Parallel",
    selector: { matchLabels: { ...selectorLabels(NAME) } },
    persistentVolumeClaimRetentionPolicy: { whenDeleted: "Retain", whenScaled: "Retain" },
    template: podTemplate({
      workload: NAME,
      environment: args.environment,
      tls: args.tls,
      initContainers: [
        passwordHashContainer(WEB_USERNAMES.alertmanager, MOUNT_PATHS.alertmanagerPassword, NAME),
      ],
      containers: [alertmanagerContainer(args, mount)],
      // The whole Secret, because its keys depend on the configured channels.
      volumes: [volume, secretVolume(NAME, args.secret), emptyDirVolume("web", "1Mi")],
    }),
    volumeClaimTemplates: [
      {
        metadata: { name: "data", labels: { ...selectorLabels(NAME) } },
        spec: {
          accessModes: ["ReadWriteOnce"],
          storageClassName: args.storageClass,
          resources: { requests: { storage: STORAGE_SIZE } },
        },
      },
    ],
  };
}

/** The cluster flags; a single replica disables gossip, which would otherwise listen in plain text. */
function clusterArguments(replicas: number): string[] {
  if (replicas === 1) return ["--cluster.listen-address="];
  const peers = Array.from(
    { length: replicas },
    (_, index) => `--cluster.peer=${NAME}-${index}.${serviceHost(NAME)}:${ALERTMANAGER_GOSSIP_PORT}`,
  );
  return [
    `--cluster.listen-address=:${ALERTMANAGER_GOSSIP_PORT}`,
    `--cluster.tls-config=/etc/alertmanager/${CLUSTER_TLS_CONFIG_FILE}`,
    ...peers,
  ];
}

function alertmanagerContainer(
  args: AlertmanagerArgs,
  config: kubernetes.types.input.core.v1.VolumeMount,
): kubernetes.types.input.core.v1.Container {
  const port = MONITORING_PORTS.alertmanager;
  const url = `--alertmanager.url=https://localhost:${port}`;
  const client = `--http.config.file=/etc/alertmanager/${AMTOOL_CLIENT_FILE}`;
  const ready = { exec: { command: ["amtool", url, client, "cluster", "show"] } };
  return restrictedContainer("alertmanager", RESOURCES, {
    args: [
      "--config.file=/etc/alertmanager/alertmanager.yml",
      "--storage.path=/alertmanager",
      `--web.config.file=${MOUNT_PATHS.web}`,
      `--web.listen-address=:${port}`,
      `--web.external-url=https://localhost:${port}`,
      ...clusterArguments(args.replicas),
    ],
    ports: [
      { name: "web", containerPort: port, protocol: "TCP" },
      ...(args.replicas > 1
        ? [{ name: "cluster", containerPort: ALERTMANAGER_GOSSIP_PORT, protocol: "TCP" }]
        : []),
    ],
    ...containerProbes(ready, { tcpSocket: { port: "web" } }),
    volumeMounts: [
      config,
      TLS_MOUNT,
      { name: "data", mountPath: "/alertmanager" },
      { name: "web", mountPath: "/run/web", readOnly: true },
      { name: NAME, mountPath: `/run/secrets/${NAME}`, readOnly: true },
    ],
  });
}
