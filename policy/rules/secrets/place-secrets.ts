import { SECRET_OBJECTS } from "../../../components/secrets/layout.ts";
import { nameOf, namespaceOf } from "../../kubernetes.ts";
import type { Node } from "../../node.ts";
import type { Rule } from "../../rule.ts";

/**
 * The Secrets that certificates make, beside those of the layout; leaves of cert-manager carry the server's
 * name.
 */
const CERTIFICATE_SECRETS = /^(gateway-tls(-acme)?|internal-tls(-[a-z-]+)?|internal-authority)$/;

/** The name without the digest of its content. */
function baseName(name: string): string {
  return name.replace(/-[0-9a-f]{10}$/, "");
}

function isDeclared(namespace: string | undefined, name: string): boolean {
  if (namespace === "spacetime" && CERTIFICATE_SECRETS.test(name)) return true;
  return SECRET_OBJECTS.some((object) => object.namespace === namespace && object.name === baseName(name));
}

export const placeSecrets: Rule<Node> = {
  name: "place-secrets",
  items: ["pre.critical.secrets.secret-objects"],
  description: "Secrets exist only where the layout declares them.",
  explanation: "Whoever may start a pod in a namespace can read every Secret of it.",
  remediation: "Declare the object in components/secrets/layout.ts, in the one namespace that reads it.",
  subjects: (context) => context.ofKind("Secret", "Certificate"),
  check: (object) => {
    const isSecret = object.resource.type.endsWith(":Secret");
    const place = isSecret ? object.at("metadata", "name") : object.at("spec", "secretName");
    const namespace = object.at("metadata", "namespace");
    if (isDeclared(namespaceOf(object), (isSecret ? nameOf(object) : place.text) ?? "")) return [];
    return [
      (namespace.unknown ? namespace : place).violation(
        `Secret ${place.shown} is not declared for namespace ${namespace.shown}`,
      ),
    ];
  },
};
