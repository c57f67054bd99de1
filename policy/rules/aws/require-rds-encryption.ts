import type { InputNode } from "../../input-node.ts";
import { DATABASE_TYPES, requireEnabled, requireSet, resourcesOfTypes } from "../../lib/aws.ts";
import type { Rule } from "../../rule.ts";

export const requireRdsEncryption: Rule<InputNode> = {
  name: "require-rds-encryption",
  items: ["pre.hardening.encryption-at-rest"],
  description: "Managed databases are encrypted with a customer managed KMS key.",
  explanation: "Shared snapshots and retired disks cannot be read without the key.",
  remediation: "Set storageEncrypted and kmsKeyId; encryption cannot be enabled on an existing database.",
  subjects: (context) => resourcesOfTypes(context, ...DATABASE_TYPES),
  check: (database) => [
    ...requireEnabled(database.at("storageEncrypted"), "storage encryption is not enabled"),
    ...requireSet(database.at("kmsKeyId"), "no customer managed KMS key is set"),
  ],
};
