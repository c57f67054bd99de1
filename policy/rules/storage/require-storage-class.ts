import type { InputNode } from "../../input-node.ts";
import type { Rule } from "../../rule.ts";

export const requireStorageClass: Rule<InputNode> = {
  name: "require-storage-class",
  items: [],
  description: "Every volume claim names its storage class.",
  explanation: "The cluster's default StorageClass may be missing, unencrypted, or changed by another team.",
  remediation: "Set storageClassName; cluster.storageClass in the stack file says which.",
  subjects: (context) => [
    ...context.ofKind("PersistentVolumeClaim"),
    ...context.ofKind("StatefulSet").flatMap((set) => set.at("spec", "volumeClaimTemplates").items),
  ],
  check: (claim) => {
    const storageClass = claim.at("spec", "storageClassName");
    return storageClass.text ? [] : [storageClass.violation("the claim names no storage class")];
  },
};
