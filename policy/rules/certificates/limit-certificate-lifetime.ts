import type { PolicyContext } from "../../context.ts";
import type { InputNode, Violation } from "../../input-node.ts";
import type { Rule } from "../../rule.ts";

const HOURS_PER_DAY = 24;

/** The hours of a Go duration such as `2160h` or `2160h30m`; infinite if it is missing or has another format. */
function parseHours(duration: string | undefined): number {
  const match = /^(\d+)h(\d+m)?(\d+s)?$/.exec(duration ?? "");
  return match === null ? Number.POSITIVE_INFINITY : Number(match[1]);
}

function certManagerViolations(certificate: InputNode, most: number): Violation[] {
  const spec = certificate.at("spec");
  const duration = spec.at("duration");
  const renewal = [spec.at("renewBeforePercentage"), spec.at("renewBefore")];
  const authority = spec.at("isCA");
  return [
    ...(duration.exists && parseHours(duration.text) > most
      ? [
          duration.violation(
            `the certificate is valid for ${duration.displayText}, longer than ${most} hours`,
            authority,
          ),
        ]
      : []),
    ...(renewal.some(({ exists }) => exists)
      ? []
      : [spec.at("renewBeforePercentage").violation("the renewal time is not set", authority, ...renewal)]),
  ];
}

function tlsProviderViolations(certificate: InputNode, most: number): Violation[] {
  const validity = certificate.at("validityPeriodHours");
  const renewal = certificate.at("earlyRenewalHours");
  const authority = certificate.at("isCaCertificate");
  const lifetime = validity.number ?? Number.POSITIVE_INFINITY;
  return [
    ...(lifetime <= most
      ? []
      : [
          validity.violation(
            `the certificate is valid for ${validity.displayText} hours, longer than ${most}`,
            authority,
          ),
        ]),
    ...((renewal.number ?? 0) > 0 && (renewal.number ?? 0) < lifetime
      ? []
      : [
          renewal.violation(
            `the renewal time (earlyRenewalHours) is ${renewal.displayText}`,
            authority,
            validity,
          ),
        ]),
  ];
}

function serverCertificates(context: PolicyContext): readonly InputNode[] {
  return [
    ...context.ofKind("Certificate").filter((one) => one.at("spec", "isCA").flag !== true),
    ...context.ofType("tls:index/locallySignedCert:LocallySignedCert"),
    ...context
      .ofType("tls:index/selfSignedCert:SelfSignedCert")
      .filter((one) => one.at("isCaCertificate").flag !== true),
  ];
}

export const limitCertificateLifetime: Rule<InputNode> = {
  name: "limit-certificate-lifetime",
  items: ["pre.critical.tls.expiry-noted"],
  description: "Every server certificate has a limited lifetime and an explicit renewal time.",
  explanation:
    "An expired certificate takes the game down; a long-lived certificate stays valid long after its key may have leaked.",
  remediation:
    "Set renewBeforePercentage (cert-manager), or validityDays and earlyRenewalHours (@pulumi/tls).",
  subjects: serverCertificates,
  check: (certificate, { parameters }) => {
    const most = parameters.certificateDays * HOURS_PER_DAY;
    return certificate.resource.type.startsWith("tls:")
      ? tlsProviderViolations(certificate, most)
      : certManagerViolations(certificate, most);
  },
};
