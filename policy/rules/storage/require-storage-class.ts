import type { InputNode } from "../../input-node.ts";
import type { Rule } from "../../rule.ts";

export const requireStorageClass: Rule<InputNode> = {
  name: "require-storage-class",
  items: ["pre.availability.storage-class"],
  description: "Every PersistentVolumeClaim sets storageClassName.",
  explanation: "The default storage class may be missing or unencrypted, or it may change.",
  remediation: "Set storageClassName from cluster.storageClass in the stack file.",
  subjects: (context) => [
    ...context.ofKind("PersistentVolumeClaim"),
    ...context.ofKind("StatefulSet").flatMap((set) => set.at("spec", "volumeClaimTemplates").items),
  ],
  check: (claim) => {
    const storageClass = claim.at("spec", "storageClassName");
    return storageClass.text ? [] : [storageClass.violation("the claim does not set storageClassName")];
  },
};
