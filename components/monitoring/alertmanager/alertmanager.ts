import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { configObject } from "../../shared/config-object.ts";
import type { Environment } from "../../shared/environments.ts";
import { serviceHost } from "../../shared/flows.ts";
import { selectorLabels } from "../../shared/labels.ts";
import { ALERTMANAGER_CLUSTER_PORT, METRICS_PORTS } from "../../shared/metrics-ports.ts";
import { scratch } from "../../shared/pods.ts";
import { ROLLOUT_TIMEOUT } from "../../shared/scaling.ts";
import { WEB_CONFIG_FILE, webConfig } from "../../shared/web-config.ts";
import type { AlertmanagerOptions, Silence } from "../options.ts";
import { PATHS, WEB_USERS } from "../paths.ts";
import { hashContainer } from "../web-password.ts";
import {
  configMount,
  container,
  metadataOf,
  podTemplate,
  probes,
  secretVolume,
  service,
  serviceAccount,
  TLS_MOUNT,
  type WorkloadTls,
} from "../workload.ts";
import { CLUSTER_FILE, clientConfig, clusterConfig } from "./cluster.ts";
import { alertmanagerConfig } from "./config.ts";
import { silencesJob } from "./silences-job.ts";

export interface AlertmanagerArgs {
  readonly environment: Environment;
  readonly options: AlertmanagerOptions;
  readonly replicas: number;
  readonly silences: readonly Silence[];
  readonly storageClass: string;
  /** The Secret with the web password and the channels' credentials. */
  readonly secret: string;
  readonly tls: WorkloadTls;
}

const NAME = "alertmanager";
const SIZE = { cpu: "100m", memory: "128Mi" };

/** Silences and what was sent when: kilobytes. The smallest volume that every storage class makes. */
const STORAGE = "1Gi";

/** The HTTP client of amtool. */
export const CLIENT_FILE = "client.yml";

/** Alertmanager: groups, inhibits, mutes and sends. Two or more agree among themselves over mutual TLS who sends. */
export class Alertmanager extends pulumi.ComponentResource {
  constructor(name: string, args: AlertmanagerArgs, opts?: pulumi.ComponentResourceOptions) {
    super("spacetime-vr:monitoring:Alertmanager", name, {}, opts);
    const metadata = metadataOf(NAME, args.environment);
    const config = configObject(
      `${name}-config`,
      {
        baseName: NAME,
        namespace: metadata.namespace,
        labels: metadata.labels,
        data: alertmanagerFiles(args),
      },
      { parent: this },
    );
    serviceAccount(name, NAME, args.environment, this);
    const ports = { web: METRICS_PORTS.alertmanager, cluster: ALERTMANAGER_CLUSTER_PORT };
    service(name, { workload: NAME, environment: args.environment, ports, headless: true }, this);
    const set = new kubernetes.apps.v1.StatefulSet(
      `${name}-stateful-set`,
      { metadata, spec: statefulSetSpec(args, config.name) },
      {
        parent: this,
        dependsOn: [config.resource],
        // What happened before is what an incident is understood by.
        protect: args.environment === "production",
        ignoreChanges: ["spec.volumeClaimTemplates"],
        customTimeouts: ROLLOUT_TIMEOUT,
      },
    );
    silencesJob(
      `${name}-silences`,
      { environment: args.environment, silences: args.silences, secret: args.secret, tls: args.tls },
      { parent: this, dependsOn: [set] },
    );
    this.registerOutputs({});
  }
}

function alertmanagerFiles({ options, replicas }: AlertmanagerArgs): Record<string, string> {
  return {
    "alertmanager.yml": alertmanagerConfig(options),
    [WEB_CONFIG_FILE]: webConfig(),
    [CLIENT_FILE]: clientConfig(),
    ...(replicas > 1 ? { [CLUSTER_FILE]: clusterConfig() } : {}),
  };
}

function statefulSetSpec(
  args: AlertmanagerArgs,
  config: string,
): kubernetes.types.input.apps.v1.StatefulSetSpec {
  const { volume, mount } = configMount(config, "/etc/alertmanager");
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
      initContainers: [hashContainer(WEB_USERS.alertmanager, PATHS.alertmanagerPassword, NAME)],
      containers: [alertmanagerContainer(args, mount)],
      // The whole Secret: which channels have a credential is its own matter.
      volumes: [volume, secretVolume(NAME, args.secret), scratch("web", "1Mi")],
    }),
    volumeClaimTemplates: [
      {
        metadata: { name: "data", labels: { ...selectorLabels(NAME) } },
        spec: {
          accessModes: ["ReadWriteOnce"],
          storageClassName: args.storageClass,
          resources: { requests: { storage: STORAGE } },
        },
      },
    ],
  };
}

/** The flags of gossip: none for one alone, which would otherwise listen for peers in plain text. */
function clusterArguments(replicas: number): string[] {
  if (replicas === 1) return ["--cluster.listen-address="];
  const peers = Array.from(
    { length: replicas },
    (_, index) => `--cluster.peer=${NAME}-${index}.${serviceHost(NAME)}:${ALERTMANAGER_CLUSTER_PORT}`,
  );
  return [
    `--cluster.listen-address=:${ALERTMANAGER_CLUSTER_PORT}`,
    `--cluster.tls-config=/etc/alertmanager/${CLUSTER_FILE}`,
    ...peers,
  ];
}

function alertmanagerContainer(
  args: AlertmanagerArgs,
  config: kubernetes.types.input.core.v1.VolumeMount,
): kubernetes.types.input.core.v1.Container {
  const port = METRICS_PORTS.alertmanager;
  const url = `--alertmanager.url=https://localhost:${port}`;
  const client = `--http.config.file=/etc/alertmanager/${CLIENT_FILE}`;
  const ready = { exec: { command: ["amtool", url, client, "cluster", "show"] } };
  return container("alertmanager", SIZE, {
    args: [
      "--config.file=/etc/alertmanager/alertmanager.yml",
      "--storage.path=/alertmanager",
      `--web.config.file=${PATHS.web}`,
      `--web.listen-address=:${port}`,
      `--web.external-url=https://localhost:${port}`,
      ...clusterArguments(args.replicas),
    ],
    ports: [
      { name: "web", containerPort: port, protocol: "TCP" },
      ...(args.replicas > 1
        ? [{ name: "cluster", containerPort: ALERTMANAGER_CLUSTER_PORT, protocol: "TCP" }]
        : []),
    ],
    ...probes(ready, { tcpSocket: { port: "web" } }),
    volumeMounts: [
      config,
      TLS_MOUNT,
      { name: "data", mountPath: "/alertmanager" },
      { name: "web", mountPath: "/run/web", readOnly: true },
      { name: NAME, mountPath: `/run/secrets/${NAME}`, readOnly: true },
    ],
  });
}
