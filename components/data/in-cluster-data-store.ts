import * as kubernetes from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { Environment } from "../shared/environments.ts";
import { createImmutableConfigMap } from "../shared/kubernetes/immutable-config-map.ts";
import { type Labels, objectLabels, selectorLabels } from "../shared/kubernetes/labels.ts";
import { GAME_NAMESPACE } from "../shared/kubernetes/namespaces.ts";
import { type PodUser, restrictedPodSpec } from "../shared/kubernetes/pod-spec.ts";

/** The common arguments of both databases: placement, size and credentials. */
export interface InClusterDataStoreArgs {
  readonly environment: Environment;
  readonly port: number;
  /** The size of the volume. */
  readonly storage: string;
  readonly storageClass: string;
  readonly resources: { readonly cpu: string; readonly memory: string };
  /** The Secret object with the passwords. */
  readonly secretName: string;
  readonly tls: DataStoreTls;
}

/** The certificate volume, and the annotations that restart the pod when the certificate changes. */
interface DataStoreTls {
  readonly volume: kubernetes.types.input.core.v1.Volume;
  readonly annotations: Readonly<Record<string, pulumi.Input<string>>>;
}

/** The parts that differ between Postgres and Redis. */
export interface InClusterDataStoreSpec {
  readonly workload: "postgres" | "redis";
  readonly version: string;
  readonly identity: PodUser;
  /** The config files by name, mounted as the volume `config`. */
  readonly files: Readonly<Record<string, string>>;
  /** The container; it mounts the volumes `config`, `passwords`, `tls`, `data` and those below. */
  readonly container: kubernetes.types.input.core.v1.Container;
  /** Containers that start before it and end after it. */
  readonly sidecars?: readonly kubernetes.types.input.core.v1.Container[];
  readonly volumes: readonly kubernetes.types.input.core.v1.Volume[];
  readonly gracePeriodSeconds: number;
}

/**
 * The ConfigMap, ServiceAccount, headless Service and StatefulSet of a database with one pod and one volume. The volume is
 * kept when the StatefulSet is deleted or scaled down: only an operator deletes data, never a deployment.
 */
export function createInClusterDataStore(
  name: string,
  args: InClusterDataStoreArgs,
  kind: InClusterDataStoreSpec,
  parent: pulumi.Resource,
): void {
  const labels = objectLabels(kind.workload, args.environment, kind.version);
  const metadata = { name: kind.workload, namespace: GAME_NAMESPACE, labels: { ...labels } };
  const config = createImmutableConfigMap(
    `${name}-config`,
    { baseName: kind.workload, namespace: GAME_NAMESPACE, labels, data: kind.files },
    { parent },
  );
  new kubernetes.core.v1.ServiceAccount(
    `${name}-service-account`,
    { metadata, automountServiceAccountToken: false },
    { parent },
  );
  const ports = [{ name: kind.workload, port: args.port, targetPort: args.port, protocol: "TCP" }];
  new kubernetes.core.v1.Service(
    `${name}-service`,
    { metadata, spec: { clusterIP: "None", selector: { ...selectorLabels(kind.workload) }, ports } },
    { parent },
  );
  new kubernetes.apps.v1.StatefulSet(
    `${name}-stateful-set`,
    { metadata, spec: statefulSetSpec(args, kind, config.name, labels) },
    // Deleting production data requires an explicit unprotect before the destroy.
    {
      parent,
      dependsOn: [config.resource],
      protect: args.environment === "production",
      // A claim template is immutable, and replacing the StatefulSet would not resize the volume either.
      ignoreChanges: ["spec.volumeClaimTemplates"],
    },
  );
}

function statefulSetSpec(
  args: InClusterDataStoreArgs,
  kind: InClusterDataStoreSpec,
  config: string,
  labels: Labels,
): kubernetes.types.input.apps.v1.StatefulSetSpec {
  return {
    serviceName: kind.workload,
    replicas: 1,
    // With the default (OrderedReady), a pod that never becomes ready blocks its replacement, so a rollback would hang.
    podManagementPolicy: "Parallel",
    selector: { matchLabels: { ...selectorLabels(kind.workload) } },
    persistentVolumeClaimRetentionPolicy: { whenDeleted: "Retain", whenScaled: "Retain" },
    template: {
      metadata: { labels: { ...labels }, annotations: { ...args.tls.annotations } },
      spec: {
        ...restrictedPodSpec(kind.workload, kind.identity),
        terminationGracePeriodSeconds: kind.gracePeriodSeconds,
        ...(kind.sidecars === undefined ? {} : { initContainers: [...kind.sidecars] }),
        containers: [kind.container],
        volumes: [
          { name: "config", configMap: { name: config } },
          { name: "passwords", secret: { secretName: args.secretName, defaultMode: 0o440 } },
          args.tls.volume,
          ...kind.volumes,
        ],
      },
    },
    volumeClaimTemplates: [volumeClaim(args, kind.workload)],
  };
}

function volumeClaim(
  args: InClusterDataStoreArgs,
  workload: string,
): kubernetes.types.input.core.v1.PersistentVolumeClaim {
  return {
    metadata: { name: "data", labels: { ...selectorLabels(workload) } },
    spec: {
      accessModes: ["ReadWriteOnce"],
      storageClassName: args.storageClass,
      resources: { requests: { storage: args.storage } },
    },
  };
}
