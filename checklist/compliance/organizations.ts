import { type Framework, met, notAssessed, partly } from "./types.ts";

const LIBRARY = "https://github.com/intuitem/ciso-assistant-community/tree/main/backend/library/libraries";

const ACCESS = {
  rules: [
    "require-eks-access-entries",
    "disallow-rbac-wildcards",
    "restrict-iam-permissions",
    "enable-access-control",
  ],
};
const TRANSIT = {
  rules: ["restrict-tls-versions", "require-container-port-tls", "require-postgres-tls", "require-rds-tls"],
  probes: ["smoke/tls-certificate"],
};
const REST = {
  rules: [
    "require-rds-encryption",
    "require-ebs-encryption",
    "require-eks-secrets-encryption",
    "require-elasticache-encryption",
    "require-bucket-kms-encryption",
  ],
};
const NETWORK = {
  rules: [
    "require-default-deny-network-policy",
    "disallow-public-security-group-ingress",
    "restrict-game-server-ingress",
  ],
  probes: ["health/network-isolation"],
};
const LOGS = {
  rules: [
    "require-log-shipping",
    "require-separate-audit-log",
    "require-access-log",
    "enable-control-plane-logging",
  ],
  probes: ["health/log-shipping"],
};
const RETENTION = { rules: ["require-log-retention", "require-separate-audit-log"] };
const MONITORING = {
  rules: ["require-prometheus", "require-health-alerts", "require-alert-receivers"],
  probes: ["health/alerts-quiet"],
};
const BACKUP = {
  rules: ["enable-snapshot-schedules", "require-rds-backup-retention", "enable-bucket-object-lock"],
  probes: ["health/backups"],
};
const RESTORE = {
  items: ["pre.backup.database-restored", "pre.backup.moment-restored", "pre.testing.rollback"],
};
const CHANGES = {
  rules: ["disallow-opaque-resources"],
  items: [
    "pre.configuration.reviewed-plan",
    "deploy.preparation.preview",
    "deploy.application.policy-passed",
  ],
  tests: ["test/plan/golden.test.ts"],
};
const BASELINE = {
  rules: ["disallow-opaque-resources", "disallow-example-values", "require-pinned-images"],
  tests: ["test/plan/golden.test.ts"],
};
const SCANS = "No vulnerability scan is part of this evidence: it needs a registry and a scanner.";
const AUDIT = {
  items: ["sign-off.approval.security-audit"],
  probes: ["security/forged-tokens", "security/role-escalation", "security/path-traversal"],
};
const DRILLS_ONLY = "The drills are recorded; their result depends on the organization.";

/** NIST SP 800-53. */
export const nist80053: Framework = {
  id: "nist-800-53",
  name: "NIST SP 800-53",
  version: "Revision 5",
  source: `${LIBRARY}/nist-sp-800-53-rev5.yaml`,
  scope:
    "The technical controls that an infrastructure program can verify; the controls of an organization are not listed.",
  controls: [
    met("AC-3", "Access Enforcement", { ...ACCESS, probes: ["features/access-control"] }),
    met("AC-4", "Information Flow Enforcement", NETWORK),
    met("AC-6", "Least Privilege", ACCESS),
    met("AU-2", "Event Logging", LOGS),
    partly(
      "AU-9",
      "Protection of Audit Information",
      { rules: ["require-separate-audit-log", "restrict-iam-permissions"] },
      "The audit log is stored apart; its log group has no write-once lock.",
    ),
    met("AU-11", "Audit Record Retention", RETENTION),
    partly(
      "CA-8",
      "Penetration Testing",
      AUDIT,
      "The suite security repeats basic attacks; a test by an independent agent is a drill.",
    ),
    met("CM-2", "Baseline Configuration", BASELINE),
    met("CM-3", "Configuration Change Control", CHANGES),
    met("CM-6", "Configuration Settings", BASELINE),
    met("CP-9", "System Backup", BACKUP),
    partly("CP-10", "System Recovery and Reconstitution", RESTORE, DRILLS_ONLY),
    met("IA-5", "Authenticator Management", {
      rules: ["require-generated-secrets", "disallow-plaintext-secrets"],
      items: ["pre.security.rotation-practised"],
    }),
    partly(
      "RA-5",
      "Vulnerability Monitoring and Scanning",
      { tests: ["test/aws/image-registry.test.ts"] },
      SCANS,
    ),
    met("SC-5", "Denial-of-service Protection", {
      rules: ["limit-global-request-rate", "limit-scene-request-rate"],
      probes: ["verify/rate-limiting", "security/rate-limit-evasion"],
    }),
    met("SC-7", "Boundary Protection", NETWORK),
    met("SC-8", "Transmission Confidentiality and Integrity", TRANSIT),
    met("SC-12", "Cryptographic Key Establishment and Management", {
      rules: ["enable-kms-key-rotation", "require-generated-secrets", "limit-certificate-lifetime"],
    }),
    met("SC-28", "Protection of Information at Rest", REST),
    met("SI-4", "System Monitoring", MONITORING),
    partly(
      "SI-7",
      "Software, Firmware, and Information Integrity",
      { rules: ["require-game-server-image-digest"], probes: ["health/image-digest"] },
      "Digests are compared; the cluster does not verify signatures at admission.",
    ),
    met("SI-10", "Information Input Validation", {
      probes: ["security/hostile-bodies", "security/path-traversal"],
    }),
  ],
};

/** PCI DSS. */
export const pciDss: Framework = {
  id: "pci-dss",
  name: "PCI DSS",
  version: "4.0",
  source: `${LIBRARY}/pcidss-4_0.yaml`,
  scope:
    "The product stores no cardholder data, so it is not in the scope of an assessment. The rows are technical requirements that a payment page next to it would share.",
  controls: [
    met("1.3.1", "Inbound traffic is restricted to what is necessary", NETWORK),
    partly(
      "2.2.1",
      "Configuration standards are developed, implemented, and maintained",
      BASELINE,
      "The policy is the standard; a comparison with newly published vulnerabilities is not automatic.",
    ),
    notAssessed("3.5.1", "PAN is rendered unreadable anywhere it is stored", "No card numbers are stored."),
    met("4.2.1", "Strong cryptography during transmission over open, public networks", TRANSIT),
    partly(
      "6.2.4",
      "Software attacks are prevented or mitigated",
      { probes: ["security/hostile-bodies", "security/path-traversal", "security/forged-tokens"] },
      "The API is tested; the game's own scripts are not.",
    ),
    notAssessed("6.3.3", "Components are protected from known vulnerabilities by patches", SCANS),
    met("6.5.3", "Pre-production environments are separated from production", {
      rules: ["restrict-aws-account", "require-environment-name"],
    }),
    met("7.2.1", "An access control model is defined", {
      ...ACCESS,
      tests: ["test/reference/access-control.test.ts"],
    }),
    met("8.6.2", "Passwords are not hard coded", {
      rules: ["disallow-plaintext-secrets", "require-generated-secrets"],
    }),
    met("10.2.1", "Audit logs are enabled and active", {
      rules: [...LOGS.rules, "require-explicit-audit-logging"],
    }),
    partly(
      "10.5.1",
      "Audit log history is retained for at least 12 months",
      RETENTION,
      "Production retains 365 days; the rule requires only that the audit log outlives the other logs.",
    ),
    notAssessed("11.3.1", "Internal vulnerability scans", SCANS),
    partly(
      "11.4.1",
      "Penetration testing",
      AUDIT,
      "The suite security repeats basic attacks; the methodology of a tester is not part of the product.",
    ),
  ],
};

/** GDPR. */
export const gdpr: Framework = {
  id: "gdpr",
  name: "GDPR",
  version: "Regulation (EU) 2016/679",
  source: `${LIBRARY}/gdpr.yaml`,
  scope:
    "The articles about the security of processing. Lawfulness, information and the rights of data subjects depend on the operator.",
  controls: [
    partly(
      "Article 5(1)(e)",
      "Storage limitation",
      { rules: ["require-log-retention"] },
      "Logs and backups expire; the retention of player data is the operator's decision.",
    ),
    met("Article 5(1)(f)", "Integrity and confidentiality", {
      rules: [...REST.rules, ...TRANSIT.rules, "require-data-keys"],
    }),
    notAssessed(
      "Article 17",
      "Right to erasure",
      "A player can be deleted through the API; copies in locked backups remain until they expire, and no check tests it.",
    ),
    partly(
      "Article 25",
      "Data protection by design and by default",
      { tests: ["test/logging/logging.test.ts"], rules: ["require-data-keys"] },
      "Logs redact addresses and tokens, and player data is encrypted by the server; which data is collected is the game's decision.",
    ),
    notAssessed("Article 30", "Records of processing activities", "Kept by the operator."),
    met("Article 32(1)(a)", "Pseudonymisation and encryption", {
      rules: [...REST.rules, "require-data-keys", "restrict-data-keys"],
    }),
    met("Article 32(1)(b)", "Confidentiality, integrity, availability and resilience", {
      rules: [
        "require-minimum-replicas",
        "require-zone-topology-spread",
        "enable-multi-az",
        ...NETWORK.rules,
      ],
    }),
    partly(
      "Article 32(1)(c)",
      "Restoring availability and access in a timely manner",
      { ...BACKUP, ...RESTORE },
      DRILLS_ONLY,
    ),
    met("Article 32(1)(d)", "Regularly testing the effectiveness of measures", {
      probes: ["verify/automated-validation", "security/forged-tokens"],
      items: ["sign-off.approval.security-audit"],
    }),
    notAssessed("Article 33", "Notification of a personal data breach", "A process of the operator."),
    notAssessed("Article 35", "Data protection impact assessment", "Made by the operator."),
  ],
};

/** SOC 2. */
export const soc2: Framework = {
  id: "soc-2",
  name: "SOC 2 Trust Services Criteria",
  version: "2017, revised points of focus 2022",
  source: `${LIBRARY}/soc2_2017_with_rev_2022.yaml`,
  scope:
    "Not audited. The rows are the criteria for which the product can give an auditor evidence; the criteria of an organization (CC1 to CC5, CC9) are not listed.",
  controls: [
    partly(
      "CC6.1",
      "Logical access security over protected information assets",
      ACCESS,
      "The access of people to the AWS account is outside this program.",
    ),
    met("CC6.6", "Protection against threats from outside the system boundaries", NETWORK),
    met("CC6.7", "Protection of information during transmission", TRANSIT),
    partly(
      "CC6.8",
      "Prevention of unauthorized or malicious software",
      { rules: ["require-validating-admission-policy", "require-pinned-images"] },
      "Admission checks names and digests, not signatures.",
    ),
    partly(
      "CC7.1",
      "Detection of configuration changes and new vulnerabilities",
      { tests: ["test/aws/image-registry.test.ts"], probes: ["health/configuration"] },
      SCANS,
    ),
    met("CC7.2", "Monitoring of system components for anomalies", MONITORING),
    partly(
      "CC7.4",
      "Response to security incidents",
      { items: ["pre.high.training.troubleshooting", "post.monitoring.delivery"] },
      DRILLS_ONLY,
    ),
    met("CC8.1", "Authorization, testing and approval of changes", CHANGES),
    met("A1.2", "Data backup processes and recovery infrastructure", BACKUP),
    partly("A1.3", "Tests of recovery plan procedures", RESTORE, DRILLS_ONLY),
  ],
};

/** ISO/IEC 27001. */
export const iso27001: Framework = {
  id: "iso-27001",
  name: "ISO/IEC 27001",
  version: "2022, Annex A",
  source: `${LIBRARY}/iso27001-2022.yaml`,
  scope:
    "Not certified. The rows are technological controls of Annex A for which the product can give evidence; the management system (clauses 4 to 10) is not listed.",
  controls: [
    met("A.5.15", "Access control", { ...ACCESS, tests: ["test/reference/access-control.test.ts"] }),
    met("A.5.17", "Authentication information", {
      rules: ["require-generated-secrets", "disallow-plaintext-secrets"],
    }),
    partly(
      "A.5.30",
      "ICT readiness for business continuity",
      { ...RESTORE, rules: ["enable-multi-az"] },
      DRILLS_ONLY,
    ),
    met("A.8.2", "Privileged access rights", {
      rules: ["require-eks-access-entries", "restrict-iam-permissions", "disallow-wildcard-principals"],
    }),
    met("A.8.5", "Secure authentication", { probes: ["verify/authentication", "security/forged-tokens"] }),
    notAssessed("A.8.8", "Management of technical vulnerabilities", SCANS),
    met("A.8.9", "Configuration management", BASELINE),
    met("A.8.13", "Information backup", BACKUP),
    met("A.8.15", "Logging", LOGS),
    met("A.8.16", "Monitoring activities", MONITORING),
    met("A.8.20", "Networks security", NETWORK),
    met("A.8.22", "Segregation of networks", {
      rules: ["require-default-deny-network-policy", "restrict-pod-namespaces"],
    }),
    met("A.8.24", "Use of cryptography", {
      rules: [...REST.rules, ...TRANSIT.rules, "enable-kms-key-rotation"],
    }),
    partly(
      "A.8.25",
      "Secure development life cycle",
      { ...CHANGES, items: ["pre.critical.tests.test-runner", "pre.testing.checks"] },
      "Changes are tested and reviewed in the plan; the game's own development is not assessed.",
    ),
    partly(
      "A.8.29",
      "Security testing in development and acceptance",
      AUDIT,
      "The suite security repeats basic attacks; it does not replace a tester.",
    ),
    met("A.8.31", "Separation of development, test and production environments", {
      rules: ["restrict-aws-account", "require-environment-name"],
    }),
    met("A.8.32", "Change management", CHANGES),
  ],
};
