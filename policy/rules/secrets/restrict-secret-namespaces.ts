import { SECRET_OBJECTS } from "../../../components/secrets/secret-objects.ts";
import { GAME_NAMESPACE } from "../../../components/shared/kubernetes/namespaces.ts";
import { WORKLOAD_NAMESPACES } from "../../../components/shared/network/application-flows.ts";
import type { InputNode } from "../../input-node.ts";
import { nameOf, namespaceOf } from "../../lib/kubernetes.ts";
import type { Rule } from "../../rule.ts";

/** Secrets with the public certificate, or with the internal certificate of a namespace. */
const CERTIFICATE_SECRETS = /^(gateway-tls(-acme)?|internal-tls)$/;

/** Secrets with the internal certificate of one server, issued by cert-manager. */
const INTERNAL_TLS_SECRET = /^internal-tls-([a-z-]+)$/;

/** The internal CA, with which the ClusterIssuers of cert-manager sign. */
const CA_SECRET = { namespace: "cert-manager", name: "internal-authority" };

/** Whether a certificate or the CA is expected in a Secret of this name in this namespace. */
function isCertificateSecret(namespace: string | undefined, name: string): boolean {
  if (namespace === CA_SECRET.namespace) return name === CA_SECRET.name;
  const server = INTERNAL_TLS_SECRET.exec(name)?.[1];
  if (server !== undefined) return WORKLOADS.get(server) === namespace;
  const served = [...WORKLOADS.values()].includes(namespace ?? "");
  return (
    CERTIFICATE_SECRETS.test(name) &&
    served &&
    (!name.startsWith("gateway-tls") || namespace === GAME_NAMESPACE)
  );
}

const WORKLOADS: ReadonlyMap<string, string> = new Map(Object.entries(WORKLOAD_NAMESPACES));

/** The name without the content digest. */
function baseName(name: string): string {
  return name.replace(/-[0-9a-f]{10}$/, "");
}

function isDeclared(namespace: string | undefined, name: string): boolean {
  if (isCertificateSecret(namespace, name)) return true;
  return SECRET_OBJECTS.some((object) => object.namespace === namespace && object.name === baseName(name));
}

export const restrictSecretNamespaces: Rule<InputNode> = {
  name: "restrict-secret-namespaces",
  items: ["pre.critical.secrets.secret-objects"],
  description: "Secrets exist only in the namespaces that declare them.",
  explanation: "Everyone who can create pods in a namespace can read all of its Secrets.",
  remediation: "Declare the object in components/secrets/secret-objects.ts, in the namespace that reads it.",
  subjects: (context) => context.ofKind("Secret", "Certificate"),
  check: (object) => {
    const isSecret = object.resource.type.endsWith(":Secret");
    const place = isSecret ? object.at("metadata", "name") : object.at("spec", "secretName");
    const namespace = object.at("metadata", "namespace");
    if (isDeclared(namespaceOf(object), (isSecret ? nameOf(object) : place.text) ?? "")) return [];
    return [
      (namespace.unknown ? namespace : place).violation(
        `Secret ${place.displayText} is not declared for namespace ${namespace.displayText}`,
      ),
    ];
  },
};
