import type * as kubernetes from "@pulumi/kubernetes";
import { imageReference } from "../../shared/kubernetes/images.ts";
import { selectorLabels } from "../../shared/kubernetes/labels.ts";
import {
  emptyDirVolume,
  guaranteedResources,
  RESTRICTED_SECURITY_CONTEXT,
} from "../../shared/kubernetes/pod-spec.ts";
import { CONFIG_PATH, KEY_PATH, REPOSITORY_PATH, STANZA } from "./pgbackrest-config.ts";

type Container = kubernetes.types.input.core.v1.Container;
type Volume = kubernetes.types.input.core.v1.Volume;

/** The user of Postgres in its image: it owns the repository and the restored files, which Postgres requires of its data directory. */
export const BACKUP_IDENTITY = { uid: 999, gid: 999 };

/** The claim of the repository's volume: `<template>-<StatefulSet>-<ordinal>`. */
export const REPOSITORY_CLAIM = "repository-backup-repository-0";

const PATHS = {
  config: CONFIG_PATH,
  key: KEY_PATH,
  repository: REPOSITORY_PATH,
  backup: "/run/secrets/backup",
  tls: "/run/secrets/tls",
  work: "/work",
  tmp: "/tmp",
} as const;

/** A volume of the backup pods. */
export type BackupVolume = keyof typeof PATHS;

const READ_ONLY: readonly BackupVolume[] = ["config", "backup", "tls"];

interface BackupContainer {
  readonly name: string;
  readonly image: "pgbackrest" | "postgres" | "redis";
  readonly script: string;
  readonly arguments?: readonly string[];
  readonly configFile?: "pgbackrest.conf" | "restore.conf";
  readonly env?: Readonly<Record<string, string>>;
  readonly mounts: readonly BackupVolume[];
  readonly resources: { readonly cpu: string; readonly memory: string };
}

/** A container that runs a script of the ConfigMap. */
export function backupContainer(spec: BackupContainer): Container {
  const env = {
    ...(spec.configFile === undefined
      ? {}
      : {
          PGBACKREST_CONFIG: `${CONFIG_PATH}/${spec.configFile}`,
          PGBACKREST_CONFIG_INCLUDE_PATH: KEY_PATH,
          PGBACKREST_STANZA: STANZA,
        }),
    ...spec.env,
  };
  return {
    name: spec.name,
    image: imageReference(spec.image),
    // The image of Redis has no bash; its scripts are written for sh.
    command: [
      spec.image === "redis" ? "sh" : "bash",
      `${CONFIG_PATH}/${spec.script}`,
      ...(spec.arguments ?? []),
    ],
    env: Object.entries(env).map(([name, value]) => ({ name, value })),
    resources: guaranteedResources(spec.resources),
    securityContext: RESTRICTED_SECURITY_CONTEXT,
    volumeMounts: spec.mounts.map((name) => ({
      name,
      mountPath: PATHS[name],
      ...(READ_ONLY.includes(name) ? { readOnly: true } : {}),
    })),
  };
}

/** The volumes that every backup pod has, except the repository and the work directory. */
export function commonVolumes(config: string, secret: string): Volume[] {
  return [
    { name: "config", configMap: { name: config } },
    { name: "backup", secret: { secretName: secret, defaultMode: 0o440 } },
    { name: "key", emptyDir: { medium: "Memory", sizeLimit: "1Mi" } },
    emptyDirVolume("tmp", "64Mi"),
  ];
}

/** The volume of the repository can be attached to one node only, so its users run on that node. */
export function repositoryAffinity(): kubernetes.types.input.core.v1.Affinity {
  return {
    podAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: [
        {
          labelSelector: { matchLabels: { ...selectorLabels("backup-repository") } },
          topologyKey: "kubernetes.io/hostname",
        },
      ],
    },
  };
}
