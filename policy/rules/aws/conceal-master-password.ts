import { DATABASES, ofTypes, unlessOn } from "../../aws.ts";
import type { Node } from "../../node.ts";
import type { Rule } from "../../rule.ts";

export const concealMasterPassword: Rule<Node> = {
  name: "conceal-master-password",
  items: [],
  description: "The database's master password is made, kept and rotated by AWS.",
  explanation:
    "A password that the program knows is in its state and in the hands of everybody who reads that.",
  remediation: "Set manageMasterUserPassword with masterUserSecretKmsKeyId, and no password.",
  subjects: (context) => ofTypes(context, ...DATABASES),
  check: (database) => [
    ...unlessOn(database.at("manageMasterUserPassword"), "its master password is not AWS's to keep"),
    ...["password", "passwordWo"]
      .map((name) => database.at(name))
      .filter((password) => password.given)
      .map((password) => password.violation("the program gives the master password")),
  ],
};
