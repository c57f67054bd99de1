import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { Environment } from "../../shared/environments.ts";
import { commonLabels } from "../../shared/kubernetes/labels.ts";

export interface ClusterStorageClassArgs {
  readonly environment: Environment;
  readonly volumeKeyArn: pulumi.Input<string>;
}

/** The StorageClass of every claim. */
export const STORAGE_CLASS_NAME = "spacetime-vr-gp3";

/** Auto Mode's own driver; the add-on's (`ebs.csi.aws.com`) does not exist there. */
export const EBS_CSI_DRIVER = "ebs.csi.eks.amazonaws.com";

/** Storage of claims: Auto Mode brings the driver, but makes no class. */
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
        // A volume is bound to a zone, so it waits until a pod has one.
        volumeBindingMode: "WaitForFirstConsumer",
        allowVolumeExpansion: true,
        // Deleting a claim must not delete what players own.
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
