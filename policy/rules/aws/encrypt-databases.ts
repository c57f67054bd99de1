import { DATABASES, ofTypes, unlessGiven, unlessOn } from "../../aws.ts";
import type { Node } from "../../node.ts";
import type { Rule } from "../../rule.ts";

export const encryptDatabases: Rule<Node> = {
  name: "encrypt-databases",
  items: [],
  description: "Managed databases and their insights are encrypted with a key of our own.",
  explanation:
    "Snapshots and disks leave our hands when a copy is shared or a disk retired; without the key they are noise.",
  remediation: "Set storageEncrypted and kmsKeyId; encryption cannot be added to a database later.",
  subjects: (context) => ofTypes(context, ...DATABASES),
  check: (database) => [
    ...unlessOn(database.at("storageEncrypted"), "its storage is not encrypted"),
    ...unlessGiven(database.at("kmsKeyId"), "names no key of ours"),
  ],
};
