import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { Environment } from "../../shared/environments.ts";
import { IMAGES } from "../../shared/kubernetes/images.ts";
import {
  createImmutableConfigMap,
  type ImmutableConfigMap,
} from "../../shared/kubernetes/immutable-config-map.ts";
import { objectLabels, selectorLabels } from "../../shared/kubernetes/labels.ts";
import { BACKUP_NAMESPACE } from "../../shared/kubernetes/namespaces.ts";
import { restrictedPodSpec } from "../../shared/kubernetes/pod-spec.ts";
import { PGBACKREST_PORT } from "../../shared/network/backup-flows.ts";
import { BACKUP_IDENTITY, backupContainer, commonVolumes } from "./backup-pod.ts";
import { type CronJobsArgs, createBackupCronJobs } from "./cron-jobs.ts";
import { renderRepositoryConfig, renderRestoreConfig } from "./pgbackrest-config.ts";
import { postgresFiles } from "./postgres-archiving.ts";
import { readScripts } from "./script-files.ts";

interface InClusterBackupsArgs extends Omit<CronJobsArgs, "config" | "repositoryStorage"> {
  readonly environment: Environment;
  /** The size of the repository's volume. */
  readonly storage: string;
  readonly storageClass: string;
  readonly tlsAnnotations: Readonly<Record<string, pulumi.Input<string>>>;
}

const NAME = "backup-repository";

/**
 * pgBackRest's repository on a volume, the server that Postgres archives its WAL to, and the CronJobs that back up, check and restore.
 * The volume is kept when the StatefulSet is deleted.
 */
export class InClusterBackups extends pulumi.ComponentResource {
  constructor(name: string, args: InClusterBackupsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("spacetime-vr:backup:InClusterBackups", name, {}, opts);
    const labels = objectLabels(NAME, args.environment, IMAGES.pgbackrest.version);
    const files = postgresFiles(args.database.port);
    const config = createImmutableConfigMap(
      `${name}-config`,
      {
        baseName: NAME,
        namespace: BACKUP_NAMESPACE,
        labels,
        data: {
          "pgbackrest.conf": renderRepositoryConfig(files),
          "restore.conf": renderRestoreConfig("/work/data"),
          ...readScripts(
            "serve-pgbackrest.sh",
            "repository-key.sh",
            "check-archive.sh",
            "backup-postgres.sh",
            "snapshot-redis.sh",
            "store-redis.sh",
            "drill-restore.sh",
            "drill-redis.sh",
            "drill-verify.sh",
          ),
        },
      },
      { parent: this },
    );
    this.#repository(name, args, config, labels);
    createBackupCronJobs(
      name,
      { ...args, repositoryStorage: args.storage, config },
      { parent: this, dependsOn: [config.resource] },
    );
    this.registerOutputs({});
  }

  #repository(
    name: string,
    args: InClusterBackupsArgs,
    config: ImmutableConfigMap,
    labels: Readonly<Record<string, string>>,
  ): void {
    const metadata = { name: NAME, namespace: BACKUP_NAMESPACE, labels: { ...labels } };
    new kubernetes.core.v1.ServiceAccount(
      `${name}-service-account`,
      { metadata, automountServiceAccountToken: false },
      { parent: this },
    );
    const ports = [
      { name: "pgbackrest", port: PGBACKREST_PORT, targetPort: PGBACKREST_PORT, protocol: "TCP" },
    ];
    new kubernetes.core.v1.Service(
      `${name}-service`,
      { metadata, spec: { clusterIP: "None", selector: { ...selectorLabels(NAME) }, ports } },
      { parent: this },
    );
    new kubernetes.apps.v1.StatefulSet(
      `${name}-stateful-set`,
      { metadata, spec: statefulSetSpec(args, config.name, labels) },
      {
        parent: this,
        dependsOn: [config.resource],
        protect: args.environment === "production",
        // A claim template is immutable, and replacing the StatefulSet would not resize the volume either.
        ignoreChanges: ["spec.volumeClaimTemplates"],
      },
    );
  }
}

function statefulSetSpec(
  args: InClusterBackupsArgs,
  config: string,
  labels: Readonly<Record<string, string>>,
): kubernetes.types.input.apps.v1.StatefulSetSpec {
  return {
    serviceName: NAME,
    replicas: 1,
    podManagementPolicy: "Parallel",
    selector: { matchLabels: { ...selectorLabels(NAME) } },
    persistentVolumeClaimRetentionPolicy: { whenDeleted: "Retain", whenScaled: "Retain" },
    template: {
      metadata: { labels: { ...labels }, annotations: { ...args.tlsAnnotations } },
      spec: {
        ...restrictedPodSpec(NAME, BACKUP_IDENTITY),
        containers: [serverContainer()],
        volumes: [...commonVolumes(config, args.secretName), args.tlsVolume],
      },
    },
    volumeClaimTemplates: [
      {
        metadata: { name: "repository", labels: { ...selectorLabels(NAME) } },
        spec: {
          accessModes: ["ReadWriteOnce"],
          storageClassName: args.storageClass,
          resources: { requests: { storage: args.storage } },
        },
      },
    ],
  };
}

function serverContainer(): kubernetes.types.input.core.v1.Container {
  const ping = { exec: { command: ["pgbackrest", "server-ping", "localhost"] }, timeoutSeconds: 10 };
  return {
    ...backupContainer({
      name: "pgbackrest",
      image: "pgbackrest",
      script: "serve-pgbackrest.sh",
      arguments: ["repository"],
      configFile: "pgbackrest.conf",
      mounts: ["config", "backup", "tls", "key", "repository", "tmp"],
      resources: { cpu: "250m", memory: "256Mi" },
    }),
    ports: [{ name: "pgbackrest", containerPort: PGBACKREST_PORT, protocol: "TCP" }],
    startupProbe: { ...ping, periodSeconds: 5, failureThreshold: 30 },
    readinessProbe: { ...ping, periodSeconds: 20 },
    livenessProbe: { ...ping, periodSeconds: 60, failureThreshold: 5 },
  };
}
