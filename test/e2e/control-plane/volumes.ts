import { randomBytes } from "node:crypto";

/** Options for the volumes of a test. */
export interface VolumeOptions {
  readonly storageClass: string;
  readonly count: number;
  /** @default 1Ti, so that any claim fits */
  readonly size?: string;
  /** @default ReadWriteOnce */
  readonly accessModes?: readonly string[];
  /** `Immediate` binds without a pod. @default WaitForFirstConsumer, as for zonal storage */
  readonly bindingMode?: "WaitForFirstConsumer" | "Immediate";
  /** Whether it is the default storage class. @default false */
  readonly isDefault?: boolean;
}

/**
 * A storage class without a provisioner, and volumes of it: without them, claims would stay pending. Each volume
 * serves one claim; further calls add volumes.
 */
export function volumeManifests(options: VolumeOptions): object {
  const batch = randomBytes(4).toString("hex");
  const names = Array.from(
    { length: options.count },
    (_, index) => `${options.storageClass}-${batch}-${index}`,
  );
  const items = [storageClass(options), ...names.map((name) => volume(name, options))];
  return { apiVersion: "v1", kind: "List", items };
}

function storageClass(options: VolumeOptions): object {
  const isDefault = String(options.isDefault ?? false);
  return {
    apiVersion: "storage.k8s.io/v1",
    kind: "StorageClass",
    metadata: {
      name: options.storageClass,
      annotations: { "storageclass.kubernetes.io/is-default-class": isDefault },
    },
    provisioner: "kubernetes.io/no-provisioner",
    volumeBindingMode: options.bindingMode ?? "WaitForFirstConsumer",
  };
}

function volume(name: string, options: VolumeOptions): object {
  return {
    apiVersion: "v1",
    kind: "PersistentVolume",
    metadata: { name, labels: { "app.kubernetes.io/managed-by": "spacetime-vr-e2e" } },
    spec: {
      storageClassName: options.storageClass,
      capacity: { storage: options.size ?? "1Ti" },
      accessModes: options.accessModes ?? ["ReadWriteOnce"],
      // Not Delete, because the controller manager runs on this machine and would delete the path.
      persistentVolumeReclaimPolicy: "Retain",
      hostPath: { path: `/var/lib/spacetime-vr-e2e/${name}`, type: "DirectoryOrCreate" },
    },
  };
}
