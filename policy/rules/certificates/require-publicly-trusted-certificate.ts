import type { PolicyContext } from "../../context.ts";
import type { InputNode, Violation } from "../../input-node.ts";
import { namespaceOf } from "../../lib/kubernetes.ts";
import type { Rule } from "../../rule.ts";

/** The Secrets with the gateway's certificate: imported or self-signed, and issued by cert-manager. */
const GATEWAY_TLS_SECRETS: readonly unknown[] = ["gateway-tls", "gateway-tls-acme"];

/** ACME servers whose certificates browsers do not trust. */
const UNTRUSTED_ACME_SERVER = /staging|pebble|localhost/i;

function issuerOf(context: PolicyContext, certificate: InputNode): InputNode | undefined {
  const reference = certificate.at("spec", "issuerRef");
  const kind = reference.at("kind").text ?? "Issuer";
  return context.ofKind(kind).find((issuer) => {
    if (issuer.at("metadata", "name").text !== reference.at("name").text) return false;
    return kind === "ClusterIssuer" || namespaceOf(issuer) === namespaceOf(certificate);
  });
}

function issuerViolations(context: PolicyContext, certificate: InputNode): Violation[] {
  const issuer = issuerOf(context, certificate);
  const name = certificate.at("spec", "issuerRef", "name");
  if (issuer === undefined)
    return [name.violation(`there is no issuer ${name.displayText}`, certificate.at("spec", "issuerRef"))];
  const server = issuer.at("spec", "acme", "server");
  if (server.text !== undefined && !UNTRUSTED_ACME_SERVER.test(server.text)) return [];
  return [server.violation(`the ACME server of the public certificate is ${server.displayText}`)];
}

/** The plan does not show who issued an imported certificate, but a self-signed one is a resource of its own type. */
function selfSignedViolations(context: PolicyContext): Violation[] {
  return context
    .ofType("tls:index/selfSignedCert:SelfSignedCert")
    .filter((certificate) => certificate.at("isCaCertificate").flag !== true)
    .map((certificate) => certificate.at("dnsNames").violation("the public certificate is self-signed"));
}

export const requirePubliclyTrustedCertificate: Rule<InputNode> = {
  name: "require-publicly-trusted-certificate",
  items: ["pre.critical.tls.issuer"],
  description: "The production gateway uses a publicly trusted certificate.",
  explanation: "Players who are used to certificate warnings would also accept an attacker's certificate.",
  remediation:
    "Set certificates to acme with server letsencrypt, or import a publicly trusted certificate and its key.",
  environments: ["production"],
  subjects: (context) => [
    ...context
      .ofKind("Certificate")
      .filter((one) => GATEWAY_TLS_SECRETS.includes(one.at("spec", "secretName").text)),
    ...context
      .ofKind("Secret")
      .filter((one) => GATEWAY_TLS_SECRETS.includes(one.at("metadata", "name").text)),
  ],
  check: (subject, context) =>
    subject.resource.type.endsWith(":Secret")
      ? selfSignedViolations(context)
      : issuerViolations(context, subject),
};
