import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { Environment } from "../../shared/environments.ts";
import { commonLabels } from "../../shared/kubernetes/labels.ts";

interface ClusterStorageClassArgs {
  readonly environment: Environment;
  readonly volumeKeyArn: pulumi.Input<string>;
}

/** The StorageClass of every PersistentVolumeClaim. */
const STORAGE_CLASS_NAME = "spacetime-vr-gp3";

/** The CSI driver of Auto Mode; the one of the add-on (`ebs.csi.aws.com`) is not installed. */
export const EBS_CSI_DRIVER = "ebs.csi.eks.amazonaws.com";

/** Auto Mode installs the CSI driver, but creates no StorageClass. */
export class ClusterStorageClass extends pulumi.ComponentResource {
  readonly storageClass: string = STORAGE_CLASS_NAME;

  constructor(name: string, args: ClusterStorageClassArgs, opts?: pulumi.ComponentResourceOptions) {
    super("spacetime-vr:cluster:Storage", name, {}, opts);
    new kubernetes.storage.v1.StorageClass(
      `${name}-gp3`,
      {
        metadata: { name: STORAGE_CLASS_NAME, labels: { ...commonLabels("storage", args.environment) } },
        provisioner: EBS_CSI_DRIVER,
        parameters: {
          type: "gp3",
          encrypted: "true",
          kmsKeyId: args.volumeKeyArn,
          "csi.storage.k8s.io/fstype": "ext4",
        },
        // A volume is in one zone, so it is created after its pod is scheduled.
        volumeBindingMode: "WaitForFirstConsumer",
        allowVolumeExpansion: true,
        // Deleting a PersistentVolumeClaim must not delete player data.
        reclaimPolicy: args.environment === "production" ? "Retain" : "Delete",
        allowedTopologies: [
          { matchLabelExpressions: [{ key: "eks.amazonaws.com/compute-type", values: ["auto"] }] },
        ],
      },
      { parent: this },
    );
    this.registerOutputs({ storageClass: this.storageClass });
  }
}
