import type { Node } from "../../node.ts";
import type { Rule } from "../../rule.ts";

const isEbs = (storageClass: Node): boolean =>
  storageClass.at("provisioner").text?.startsWith("ebs.csi.") ?? false;

export const encryptVolumes: Rule<Node> = {
  name: "encrypt-volumes",
  items: [],
  description: "Volumes of the cluster's storage classes are encrypted.",
  explanation: "A snapshot of a volume is a copy of the database.",
  remediation: 'Set the parameter encrypted to "true" on the StorageClass.',
  subjects: (context) => context.ofKind("StorageClass").filter(isEbs),
  check: (storageClass) => {
    const encrypted = storageClass.at("parameters", "encrypted");
    return encrypted.text === "true" ? [] : [encrypted.violation(`encrypted is ${encrypted.shown}`)];
  },
};
