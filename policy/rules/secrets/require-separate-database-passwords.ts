import type { InputNode } from "../../input-node.ts";
import { secretValues } from "../../lib/secret-references.ts";
import type { Rule } from "../../rule.ts";

/** The keys with the passwords of the administrator, application and backup roles. */
const PASSWORDS = ["postgres-admin-password", "postgres-app-password", "postgres-backup-password"];

function passwords(secret: InputNode): readonly (readonly [string, InputNode])[] {
  return secretValues(secret).filter(([key]) => PASSWORDS.includes(key));
}

export const requireSeparateDatabasePasswords: Rule<InputNode> = {
  name: "require-separate-database-passwords",
  items: ["pre.database.roles"],
  description: "The administrator, application and backup database roles have separate passwords.",
  explanation: "With a shared password, a leak in the game server exposes the whole database.",
  remediation: "Use a separate generated secret for each key of the Secret postgres.",
  subjects: (context) =>
    context.ofKind("Secret").filter((secret) => passwords(secret).some(([key]) => key === PASSWORDS[0])),
  check: (secret) => {
    const present = passwords(secret);
    const missing = PASSWORDS.filter((name) => !present.some(([key]) => key === name));
    const values = present.map(([, value]) => value.text);
    return [
      ...missing.map((name) => secret.at("stringData", name).violation(`the key ${name} is missing`)),
      ...present
        .filter(([, value], index) => values.indexOf(value.text) !== index)
        .map(([key, value]) => value.violation(`${key} is the password of another role`)),
    ];
  },
};
