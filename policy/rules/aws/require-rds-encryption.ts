import type { InputNode } from "../../input-node.ts";
import { DATABASE_TYPES, requireEnabled, requireSet, resourcesOfTypes } from "../../lib/aws.ts";
import type { Rule } from "../../rule.ts";

export const requireRdsEncryption: Rule<InputNode> = {
  name: "require-rds-encryption",
  items: [],
  description: "Managed databases and their insights are encrypted with a key of our own.",
  explanation:
    "Snapshots and disks leave our hands when a copy is shared or a disk retired; without the key they are noise.",
  remediation: "Set storageEncrypted and kmsKeyId; encryption cannot be added to a database later.",
  subjects: (context) => resourcesOfTypes(context, ...DATABASE_TYPES),
  check: (database) => [
    ...requireEnabled(database.at("storageEncrypted"), "its storage is not encrypted"),
    ...requireSet(database.at("kmsKeyId"), "names no key of ours"),
  ],
};
