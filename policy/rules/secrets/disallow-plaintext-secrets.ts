import { isSecret } from "../../../plan/plan.ts";
import type { InputNode, Violation } from "../../input-node.ts";
import { detectSecret } from "../../lib/detect-secret.ts";
import { secretValues } from "../../lib/secret-references.ts";
import type { Rule } from "../../rule.ts";

/** Certificates are public, even in a Secret. */
const CERTIFICATE_KEY = /\.(crt|pem)$/;

/** The name of a leaf: the variable's name for a value in `env`, otherwise its key. */
function leafName(resource: InputNode, leaf: InputNode): string {
  const last = leaf.path.at(-1);
  if (last !== "value") return String(last);
  return resource.at(...leaf.path.slice(0, -1), "name").text ?? "value";
}

/** The values of an object that are readable without access to Secrets. */
function readableLeaves(object: InputNode): readonly InputNode[] {
  const metadata = object.at("metadata");
  const parts = [
    metadata.at("annotations"),
    metadata.at("labels"),
    ...["data", "binaryData", "spec"].map((field) => object.at(field)),
  ];
  // A reference contains the name of a Secret, not its value.
  return parts.flatMap(({ leaves }) => leaves).filter(({ path }) => !path.some(isReference));
}

function isReference(key: string | number): boolean {
  return typeof key === "string" && /(SecretRef|secretKeyRef|secretRef|secret|matchLabels)$/.test(key);
}

function unmarkedSecretViolations(object: InputNode): Violation[] {
  return secretValues(object)
    .filter(([key, value]) => !CERTIFICATE_KEY.test(key) && value.text !== undefined && !isSecret(value.text))
    .map(([key, value]) =>
      value.violation(`${key} is not marked as a secret, so the Pulumi state contains it in plaintext`),
    );
}

export const disallowPlaintextSecrets: Rule<InputNode> = {
  name: "disallow-plaintext-secrets",
  items: ["pre.security.secrets-concealed"],
  description:
    "No environment variable, argument, annotation, label or ConfigMap contains a secret in plaintext.",
  explanation:
    "Everyone with read access to pods can see these fields, and they appear in logs, dashboards and backups.",
  remediation:
    "Store the value in a Secret (wrapped in pulumi.secret) and reference it with secretKeyRef or a volume.",
  subjects: (context) => context.resources.filter(({ resource }) => resource.type.startsWith("kubernetes:")),
  check: (object) => {
    if (object.resource.type.endsWith(":Secret")) return unmarkedSecretViolations(object);
    return readableLeaves(object).flatMap((leaf) => {
      const message = detectSecret(leaf.text ?? "", leafName(object, leaf));
      return message === undefined ? [] : [leaf.violation(message)];
    });
  },
};
