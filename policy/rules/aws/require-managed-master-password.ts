import type { InputNode } from "../../input-node.ts";
import { DATABASE_TYPES, requireEnabled, resourcesOfTypes } from "../../lib/aws.ts";
import type { Rule } from "../../rule.ts";

export const requireManagedMasterPassword: Rule<InputNode> = {
  name: "require-managed-master-password",
  items: ["pre.database.roles"],
  description: "AWS generates, stores and rotates the database's master password.",
  explanation:
    "A password that the program sets is in the Pulumi state, where every reader of the state can see it.",
  remediation: "Set manageMasterUserPassword and masterUserSecretKmsKeyId, and remove the password.",
  subjects: (context) => resourcesOfTypes(context, ...DATABASE_TYPES),
  check: (database) => [
    ...requireEnabled(database.at("manageMasterUserPassword"), "AWS does not manage the master password"),
    ...["password", "passwordWo"]
      .map((name) => database.at(name))
      .filter((password) => password.isSetOrUnknown)
      .map((password) => password.violation("the program sets the master password")),
  ],
};
