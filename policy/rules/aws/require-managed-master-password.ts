import type { InputNode } from "../../input-node.ts";
import { DATABASE_TYPES, requireEnabled, resourcesOfTypes } from "../../lib/aws.ts";
import type { Rule } from "../../rule.ts";

export const requireManagedMasterPassword: Rule<InputNode> = {
  name: "require-managed-master-password",
  items: [],
  description: "The database's master password is made, kept and rotated by AWS.",
  explanation:
    "A password that the program knows is in its state and in the hands of everybody who reads that.",
  remediation: "Set manageMasterUserPassword with masterUserSecretKmsKeyId, and no password.",
  subjects: (context) => resourcesOfTypes(context, ...DATABASE_TYPES),
  check: (database) => [
    ...requireEnabled(database.at("manageMasterUserPassword"), "its master password is not AWS's to keep"),
    ...["password", "passwordWo"]
      .map((name) => database.at(name))
      .filter((password) => password.isSetOrUnknown)
      .map((password) => password.violation("the program gives the master password")),
  ],
};
