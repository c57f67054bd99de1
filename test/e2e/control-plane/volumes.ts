import { randomBytes } from "node:crypto";

/** Volumes for the claims of a test. */
export interface VolumeOptions {
  readonly storageClass: string;
  readonly count: number;
  /** @default 1Ti, so that any claim fits */
  readonly size?: string;
  /** @default ReadWriteOnce */
  readonly accessModes?: readonly string[];
  /** `Immediate` binds before there is a pod. @default WaitForFirstConsumer, as storage of a zone does */
  readonly bindingMode?: "WaitForFirstConsumer" | "Immediate";
  /** Whether claims without a class get this one. @default false */
  readonly isDefault?: boolean;
}

/**
 * A storage class that provisions nothing, and that many volumes of it: the control plane has no
 * provisioner, and a claim waits forever without them. A volume serves one claim; calling again adds new
 * ones.
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
      // Not Delete: the controller manager runs on this machine, and would delete the path on it.
      persistentVolumeReclaimPolicy: "Retain",
      hostPath: { path: `/var/lib/spacetime-vr-e2e/${name}`, type: "DirectoryOrCreate" },
    },
  };
}
