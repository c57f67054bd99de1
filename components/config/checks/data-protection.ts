import { X509Certificate } from "node:crypto";
import type { Config } from "../config.ts";
import { formatConfigPath } from "../config-path.ts";
import {
  createFinding,
  findingUnless,
  getList,
  getText,
  isSharedEnvironment,
  requireEnabled,
} from "./check-helpers.ts";
import type { Check, Finding } from "./types.ts";

const tls: Check = {
  id: "tls",
  title: "All connections use TLS; outside local, the database certificate is fully verified",
  run: (config) => [
    ...requireEnabled(config, {
      GODOT_TLS_ENABLED: "the gateway and the probes connect to the server with TLS",
      GODOT_REDIS_TLS_ENABLED: "sessions would cross the network unencrypted",
    }),
    ...findingUnless(
      !isSharedEnvironment(config) || getText(config, "GODOT_DATABASE_TLS_MODE") === "verify-full",
      () =>
        createFinding(
          config,
          "GODOT_DATABASE_TLS_MODE",
          "must be verify-full: other modes do not verify the database's identity",
        ),
    ),
  ],
};

const certificate: Check = {
  id: "certificate",
  title: "Staging and production use a certificate that players' devices trust for the domain",
  run: (config) => {
    const { certificates, environment } = config;
    if (environment !== "staging" && environment !== "production") return [];
    const file = `Pulumi.${environment}.yaml`;
    switch (certificates.kind) {
      case "self-signed":
        return [
          {
            subject: formatConfigPath(["certificates", "kind"]),
            value: certificates.kind,
            rule: "must be acme or imported: headsets reject untrusted certificates",
            remedy: `Choose one of them in ${file}.`,
          },
        ];
      case "acme":
        return findingUnless(environment === "staging" || certificates.server === "letsencrypt", () => ({
          subject: formatConfigPath(["certificates", "server"]),
          value: certificates.server,
          rule: "must be letsencrypt: headsets do not trust the staging CA",
          remedy: `Change it in ${file}.`,
        }));
      case "imported":
        return importedCertificateFindings(config, certificates.certificateChain);
      default: {
        const exhaustive: never = certificates;
        return exhaustive;
      }
    }
  },
};

function importedCertificateFindings(config: Config, chain: string): readonly Finding[] {
  const leaf = new X509Certificate(chain);
  const { domain } = config.gateway;
  const problem = (rule: string, remedy: string): Finding => ({
    subject: formatConfigPath(["certificates", "certificateChain"]),
    rule,
    remedy,
  });
  return [
    ...findingUnless(leaf.checkHost(domain) !== undefined, () =>
      problem(
        `must be for ${domain}, but its names are ${leaf.subjectAltName ?? "missing"}`,
        "Put the leaf certificate first, or import a certificate for the domain.",
      ),
    ),
    ...findingUnless(leaf.issuer !== leaf.subject, () =>
      problem("must not be self-signed: headsets reject it", "Import a certificate from a public CA."),
    ),
  ];
}

const audit: Check = {
  id: "audit",
  title: "Outside local, logins, scene changes, administration, player data access and drains are audited",
  run: (config) => {
    if (!isSharedEnvironment(config)) return [];
    const audited = getList(config, "GODOT_AUDIT_EVENTS");
    const missing = ["auth", "scene", "admin", "player", "drain"].filter((event) => !audited.includes(event));
    return [
      ...requireEnabled(config, { GODOT_AUDIT_ENABLED: "otherwise there is no record of who did what" }),
      ...findingUnless(missing.length === 0, () =>
        createFinding(config, "GODOT_AUDIT_EVENTS", `must contain ${missing.join(", ")}`),
      ),
    ];
  },
};

const redaction: Check = {
  id: "redaction",
  title: "Logs contain no credentials and, outside local, no full player addresses",
  run: (config) => {
    const redacted = getList(config, "GODOT_LOG_REDACTED_FIELDS");
    const missing = ["authorization", "cookie", "password", "secret", "token"].filter(
      (field) => !redacted.includes(field),
    );
    return [
      ...requireEnabled(config, { GODOT_LOG_REDACTION_ENABLED: "otherwise logs contain tokens" }),
      ...findingUnless(missing.length === 0, () =>
        createFinding(config, "GODOT_LOG_REDACTED_FIELDS", `must contain ${missing.join(", ")}`),
      ),
      ...findingUnless(
        !isSharedEnvironment(config) || getText(config, "GODOT_LOG_CLIENT_ADDRESS") !== "full",
        () =>
          createFinding(
            config,
            "GODOT_LOG_CLIENT_ADDRESS",
            "must be truncated or none: an address is personal data",
          ),
      ),
    ];
  },
};

/** TLS, certificates, audit records and log redaction. */
export const DATA_PROTECTION_CHECKS: readonly Check[] = [tls, certificate, audit, redaction];
