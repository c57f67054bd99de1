import type { Node } from "../../node.ts";
import type { Rule } from "../../rule.ts";
import { secretValues } from "../../secret-references.ts";

/** One password each for the administrator, the application and the backup. */
const PASSWORDS = ["postgres-admin-password", "postgres-app-password", "postgres-backup-password"];

function passwords(secret: Node): readonly (readonly [string, Node])[] {
  return secretValues(secret).filter(([key]) => PASSWORDS.includes(key));
}

export const separateDatabaseRoles: Rule<Node> = {
  name: "separate-database-roles",
  items: ["pre.database.roles"],
  description: "Administrator, application and backup have a database password each.",
  explanation: "With one password for all, a leak in the game is a leak of the whole database.",
  remediation: "Give each key of the Secret postgres its own generated secret.",
  subjects: (context) =>
    context.ofKind("Secret").filter((secret) => passwords(secret).some(([key]) => key === PASSWORDS[0])),
  check: (secret) => {
    const present = passwords(secret);
    const missing = PASSWORDS.filter((name) => !present.some(([key]) => key === name));
    const values = present.map(([, value]) => value.text);
    return [
      ...missing.map((name) => secret.at("stringData", name).violation(`there is no ${name}`)),
      ...present
        .filter(([, value], index) => values.indexOf(value.text) !== index)
        .map(([key, value]) => value.violation(`${key} is the password of another role`)),
    ];
  },
};
