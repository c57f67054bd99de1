import type { InputNode } from "../../input-node.ts";
import type { Rule } from "../../rule.ts";

const isEbs = (storageClass: InputNode): boolean =>
  storageClass.at("provisioner").text?.startsWith("ebs.csi.") ?? false;

export const requireEbsEncryption: Rule<InputNode> = {
  name: "require-ebs-encryption",
  items: ["pre.hardening.encryption-at-rest"],
  description: "EBS storage classes encrypt their volumes.",
  explanation: "A snapshot of an unencrypted volume is a readable copy of the database.",
  remediation: 'Set the parameter encrypted to "true" on the StorageClass.',
  subjects: (context) => context.ofKind("StorageClass").filter(isEbs),
  check: (storageClass) => {
    const encrypted = storageClass.at("parameters", "encrypted");
    return encrypted.text === "true" ? [] : [encrypted.violation(`encrypted is ${encrypted.displayText}`)];
  },
};
