import * as kubernetes from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { Environment } from "../../shared/environments.ts";
import { IMAGES } from "../../shared/kubernetes/images.ts";
import type { ImmutableConfigMap } from "../../shared/kubernetes/immutable-config-map.ts";
import { objectLabels } from "../../shared/kubernetes/labels.ts";
import { BACKUP_NAMESPACE } from "../../shared/kubernetes/namespaces.ts";
import { emptyDirVolume, restrictedPodSpec } from "../../shared/kubernetes/pod-spec.ts";
import {
  BACKUP_IDENTITY,
  backupContainer,
  commonVolumes,
  REPOSITORY_CLAIM,
  repositoryAffinity,
} from "./backup-pod.ts";

type Container = kubernetes.types.input.core.v1.Container;
type Volume = kubernetes.types.input.core.v1.Volume;

/** The arguments of the CronJobs. */
export interface CronJobsArgs {
  readonly environment: Environment;
  readonly database: { readonly port: number; readonly name: string };
  /** The size of the repository, which is also enough for what a drill restores. */
  readonly repositoryStorage: string;
  readonly redis: { readonly host: string; readonly port: number } | undefined;
  /** The storage class of the drill's volume: that of the database, whose restore it times. */
  readonly drillStorageClass: string;
  readonly secretName: string;
  readonly tlsVolume: Volume;
  readonly config: ImmutableConfigMap;
}

interface BackupCronJob {
  readonly name: string;
  /** The workload whose network flows the pods have. */
  readonly workload: "backup" | "restore-drill";
  /** In UTC. */
  readonly schedule: string;
  readonly deadlineSeconds: number;
  /** Seconds until a finished Job is removed; undefined keeps the newest ones. */
  readonly ttlSeconds?: number;
  readonly initContainers?: readonly Container[];
  readonly containers: readonly Container[];
  readonly volumes: readonly Volume[];
}

const SMALL = { cpu: "100m", memory: "128Mi" };
const LARGE = { cpu: "500m", memory: "512Mi" };

/** Maximum duration of a backup and of a drill, as in BackupJobSlow (components/monitoring/rules/thresholds.ts). */
const RUN_SECONDS = 7200;

/** Creates the CronJobs and the ServiceAccount of their pods. */
export function createBackupCronJobs(
  name: string,
  args: CronJobsArgs,
  opts: pulumi.CustomResourceOptions,
): void {
  const jobs = [
    archiveCheck(args),
    postgresBackup(args),
    ...(args.redis === undefined ? [] : [redisBackup(args, args.redis)]),
    restoreDrill(args),
  ];
  for (const workload of ["backup", "restore-drill"] as const) {
    new kubernetes.core.v1.ServiceAccount(
      `${name}-${workload}-service-account`,
      { metadata: jobMetadata(workload, workload, args.environment), automountServiceAccountToken: false },
      opts.parent === undefined ? {} : { parent: opts.parent },
    );
  }
  for (const job of jobs) {
    new kubernetes.batch.v1.CronJob(
      `${name}-${job.name}`,
      { metadata: jobMetadata(job.name, job.workload, args.environment), spec: cronJobSpec(args, job) },
      opts,
    );
  }
}

function jobMetadata(name: string, workload: BackupCronJob["workload"], environment: Environment) {
  const labels = { ...objectLabels(workload, environment, IMAGES.pgbackrest.version) };
  return { name, namespace: BACKUP_NAMESPACE, labels };
}

function cronJobSpec(
  { config, secretName, environment }: CronJobsArgs,
  job: BackupCronJob,
): kubernetes.types.input.batch.v1.CronJobSpec {
  const { labels } = jobMetadata(job.name, job.workload, environment);
  return {
    schedule: job.schedule,
    timeZone: "Etc/UTC",
    // Two backups would wait for each other's lock.
    concurrencyPolicy: "Forbid",
    startingDeadlineSeconds: 120,
    successfulJobsHistoryLimit: 2,
    failedJobsHistoryLimit: 2,
    jobTemplate: {
      metadata: { labels },
      spec: {
        // The schedule repeats it; a retry would hide the first error from the alerts.
        backoffLimit: 0,
        activeDeadlineSeconds: job.deadlineSeconds,
        ...(job.ttlSeconds === undefined ? {} : { ttlSecondsAfterFinished: job.ttlSeconds }),
        template: {
          metadata: { labels },
          spec: {
            ...restrictedPodSpec(job.workload, BACKUP_IDENTITY),
            restartPolicy: "Never",
            affinity: repositoryAffinity(),
            ...(job.initContainers === undefined ? {} : { initContainers: [...job.initContainers] }),
            containers: [...job.containers],
            volumes: [
              ...commonVolumes(config.name, secretName),
              { name: "repository", persistentVolumeClaim: { claimName: REPOSITORY_CLAIM } },
              ...job.volumes,
            ],
          },
        },
      },
    },
  };
}

const POSTGRES_MOUNTS = ["config", "backup", "tls", "key", "repository", "tmp"] as const;

/** More often than the RPO of five minutes, so that a lost segment is noticed within it. */
function archiveCheck({ tlsVolume }: CronJobsArgs): BackupCronJob {
  return {
    name: "wal-archive-check",
    workload: "backup",
    schedule: "*/4 * * * *",
    deadlineSeconds: 220,
    // A failed Job raises an alert until it is removed, and the next one is due soon.
    ttlSeconds: 600,
    containers: [
      backupContainer({
        name: "check",
        image: "pgbackrest",
        script: "check-archive.sh",
        configFile: "pgbackrest.conf",
        mounts: POSTGRES_MOUNTS,
        resources: SMALL,
      }),
    ],
    volumes: [tlsVolume],
  };
}

/** The script decides whether a full backup, a differential one or none is due. */
function postgresBackup({ tlsVolume }: CronJobsArgs): BackupCronJob {
  return {
    name: "postgres-backup",
    workload: "backup",
    schedule: "17 * * * *",
    deadlineSeconds: RUN_SECONDS,
    containers: [
      backupContainer({
        name: "backup",
        image: "pgbackrest",
        script: "backup-postgres.sh",
        configFile: "pgbackrest.conf",
        mounts: POSTGRES_MOUNTS,
        resources: LARGE,
      }),
    ],
    volumes: [tlsVolume],
  };
}

function redisBackup(
  { tlsVolume }: CronJobsArgs,
  { host, port }: { readonly host: string; readonly port: number },
): BackupCronJob {
  return {
    name: "redis-backup",
    workload: "backup",
    schedule: "47 * * * *",
    deadlineSeconds: 1800,
    initContainers: [
      backupContainer({
        name: "snapshot",
        image: "redis",
        script: "snapshot-redis.sh",
        env: { REDIS_HOST: host, REDIS_PORT: String(port) },
        mounts: ["config", "backup", "tls", "work"],
        resources: SMALL,
      }),
    ],
    containers: [
      backupContainer({
        name: "store",
        image: "pgbackrest",
        script: "store-redis.sh",
        mounts: ["config", "backup", "work", "repository", "tmp"],
        resources: SMALL,
      }),
    ],
    volumes: [tlsVolume, emptyDirVolume("work", "2Gi")],
  };
}

/** Restores everything into a volume of its own, which is removed with the pod. */
function restoreDrill({
  environment,
  database,
  repositoryStorage,
  drillStorageClass,
}: CronJobsArgs): BackupCronJob {
  return {
    name: "restore-drill",
    workload: "restore-drill",
    schedule: "37 4 * * 0",
    deadlineSeconds: RUN_SECONDS,
    initContainers: [
      backupContainer({
        name: "restore",
        image: "pgbackrest",
        script: "drill-restore.sh",
        configFile: "restore.conf",
        mounts: ["config", "backup", "key", "repository", "work", "tmp"],
        resources: LARGE,
      }),
      backupContainer({
        name: "redis",
        image: "redis",
        script: "drill-redis.sh",
        mounts: ["config", "work", "tmp"],
        resources: LARGE,
      }),
    ],
    containers: [
      backupContainer({
        name: "verify",
        image: "postgres",
        script: "drill-verify.sh",
        env: { PGDATABASE: database.name, ENVIRONMENT: environment },
        mounts: ["config", "work", "repository", "tmp"],
        resources: LARGE,
      }),
    ],
    volumes: [drillVolume(repositoryStorage, drillStorageClass)],
  };
}

/** The restored files and the WAL since the last base backup; the repository has both several times, compressed. */
function drillVolume(storage: string, storageClassName: string): Volume {
  return {
    name: "work",
    ephemeral: {
      volumeClaimTemplate: {
        spec: {
          accessModes: ["ReadWriteOnce"],
          storageClassName,
          resources: { requests: { storage } },
        },
      },
    },
  };
}
