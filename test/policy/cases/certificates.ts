import { limitCertificateLifetime } from "../../../policy/rules/certificates/limit-certificate-lifetime.ts";
import { requireGatewayTlsSecret } from "../../../policy/rules/certificates/require-gateway-tls-secret.ts";
import { requirePubliclyTrustedCertificate } from "../../../policy/rules/certificates/require-publicly-trusted-certificate.ts";
import { add, combine, GATEWAY, POD, remove, replace, set, unknownAt, withoutTypes } from "./changes.ts";
import type { RuleCases } from "./rule-cases.ts";

const NGINX = "gateway-config";
const NGINX_FILE = `data["nginx.conf"]`;
const PUBLIC = "certificates-cert-manager-gateway";
const ISSUER = "certificates-cert-manager-acme";
const LEAF = "certificates-internal-redis";
const nginx = (text: string, by: string) => replace(NGINX, "nginx.conf", text, by);
const pem = "-----BEGIN CERTIFICATE-----";

/** An imported certificate in the plan. */
const imported = combine(
  remove(PUBLIC, ISSUER),
  add("kubernetes:core/v1:Secret", "imported", {
    metadata: { name: "gateway-tls-acme", namespace: "spacetime" },
    type: "kubernetes.io/tls",
    stringData: { "tls.crt": pem, "tls.key": "[secret]" },
  }),
);

const selfSigned = add("tls:index/selfSignedCert:SelfSignedCert", "self-signed", {
  dnsNames: ["play.spacetime-vr.com"],
  validityPeriodHours: 8760,
  earlyRenewalHours: 2920,
});

export const certificateCases: readonly RuleCases[] = [
  {
    rule: requirePubliclyTrustedCertificate,
    compliant: [{ title: "an imported certificate", change: imported }],
    violations: [
      {
        title: "the staging ACME server",
        change: set(ISSUER, "spec.acme.server", "https://acme-staging-v02.api.letsencrypt.org/directory"),
        findings: [
          'certificates-cert-manager-acme spec.acme.server: the ACME server of the public certificate is "https://acme-staging-v02.api.letsencrypt.org/directory"',
        ],
      },
      {
        title: "the internal CA",
        change: combine(
          set(PUBLIC, "spec.issuerRef", { name: "spacetime-vr-internal", kind: "ClusterIssuer" }),
        ),
        findings: [
          "certificates-cert-manager-internal spec.acme.server: the ACME server of the public certificate is missing",
        ],
      },
      {
        title: "a missing issuer",
        change: set(PUBLIC, "spec.issuerRef.name", "nobody"),
        findings: ['certificates-cert-manager-gateway spec.issuerRef.name: there is no issuer "nobody"'],
      },
      {
        title: "a self-signed certificate",
        change: combine(imported, selfSigned),
        findings: ["self-signed dnsNames: the public certificate is self-signed"],
      },
    ],
    notApplicable: { plan: "package" },
    unknown: [unknownAt(ISSUER, "spec.acme.server"), unknownAt(PUBLIC, "spec.issuerRef.name")],
  },
  {
    rule: requireGatewayTlsSecret,
    compliant: [{ title: "an imported certificate", change: imported }],
    violations: [
      {
        title: "no planned certificate",
        change: remove(PUBLIC),
        findings: [
          'gateway-deployment spec.template.spec.volumes[1].secret.secretName: "gateway-tls-acme" is not a TLS Secret of this deployment',
        ],
      },
      {
        title: "a Secret of type Opaque",
        change: combine(imported, set("imported", "type", "Opaque")),
        findings: [
          'gateway-deployment spec.template.spec.volumes[1].secret.secretName: "gateway-tls-acme" is not a TLS Secret of this deployment',
        ],
      },
      {
        title: "certificate files from a ConfigMap",
        change: set(GATEWAY, `${POD}.volumes[1]`, { name: "gateway-tls", configMap: { name: "keys" } }),
        findings: [
          'gateway-config data["nginx.conf"]: /run/secrets/gateway-tls/tls.crt is not in a mounted Secret',
          'gateway-config data["nginx.conf"]: /run/secrets/gateway-tls/tls.key is not in a mounted Secret',
        ],
      },
      {
        title: "no nginx.conf",
        change: set(GATEWAY, `${POD}.volumes[0]`, { name: "config", emptyDir: {} }),
        findings: ["gateway-deployment spec.template.spec.volumes: the pod mounts no nginx.conf"],
      },
      {
        title: "an nginx.conf without certificate and key",
        change: nginx("ssl_certificate_key", "# ssl_certificate_key"),
        findings: [
          'gateway-config data["nginx.conf"]: nginx.conf does not set ssl_certificate and ssl_certificate_key',
        ],
      },
    ],
    notApplicable: { change: remove(GATEWAY) },
    unknown: [unknownAt(NGINX, NGINX_FILE), unknownAt(GATEWAY, `${POD}.volumes`)],
  },
  {
    rule: limitCertificateLifetime,
    compliant: [
      {
        title: "renewBefore instead of renewBeforePercentage",
        change: combine(
          set(PUBLIC, "spec.renewBeforePercentage", undefined),
          set(PUBLIC, "spec.renewBefore", "720h"),
        ),
      },
    ],
    violations: [
      {
        title: "no renewal time",
        change: set(PUBLIC, "spec.renewBeforePercentage", undefined),
        findings: [
          "certificates-cert-manager-gateway spec.renewBeforePercentage: the renewal time is not set",
        ],
      },
      {
        title: "a validity of ten years",
        change: set(PUBLIC, "spec.duration", "87600h"),
        findings: [
          'certificates-cert-manager-gateway spec.duration: the certificate is valid for "87600h", longer than 8760 hours',
        ],
      },
      {
        title: "an unparsable duration",
        change: set(PUBLIC, "spec.duration", "long"),
        findings: [
          'certificates-cert-manager-gateway spec.duration: the certificate is valid for "long", longer than 8760 hours',
        ],
      },
    ],
    notApplicable: { change: withoutTypes(":Certificate") },
    unknown: [unknownAt(PUBLIC, "spec.duration"), unknownAt(PUBLIC, "spec")],
  },
  {
    rule: limitCertificateLifetime,
    plan: "package",
    violations: [
      {
        title: "an internal certificate valid for two years",
        change: set(LEAF, "validityPeriodHours", 17520),
        findings: [
          "certificates-internal-redis validityPeriodHours: the certificate is valid for 17520 hours, longer than 8760",
        ],
      },
      {
        title: "an internal certificate without a renewal time",
        change: set(LEAF, "earlyRenewalHours", undefined),
        findings: [
          "certificates-internal-redis earlyRenewalHours: the renewal time (earlyRenewalHours) is missing",
        ],
      },
      {
        title: "an internal certificate that is always due for renewal",
        change: set(LEAF, "earlyRenewalHours", 8760),
        findings: [
          "certificates-internal-redis earlyRenewalHours: the renewal time (earlyRenewalHours) is 8760",
        ],
      },
    ],
    notApplicable: { change: withoutTypes(":LocallySignedCert", ":SelfSignedCert") },
    unknown: [unknownAt(LEAF, "validityPeriodHours"), unknownAt(LEAF, "earlyRenewalHours")],
  },
];
