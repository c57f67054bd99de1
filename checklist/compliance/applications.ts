import { type Framework, met, notAssessed, partly } from "./types.ts";

const MEMORY =
  "The server is written in GDScript and TypeScript, which manage memory; the engine and the libraries below them are not assessed.";

/** OWASP Top 10. */
export const owaspTop10: Framework = {
  id: "owasp",
  name: "OWASP Top 10",
  version: "2025",
  source: "https://github.com/OWASP/Top10/tree/master/2025",
  scope: "All ten categories.",
  controls: [
    met("A01:2025", "Broken Access Control", {
      rules: ["enable-access-control", "restrict-scene-whitelist"],
      probes: [
        "verify/authentication",
        "verify/scene-whitelist",
        "features/access-control",
        "security/role-escalation",
        "security/scene-escape",
        "security/path-traversal",
      ],
    }),
    met("A02:2025", "Security Misconfiguration", {
      rules: [
        "require-security-headers",
        "disallow-debug-ports",
        "enforce-pod-security",
        "disallow-example-values",
      ],
      probes: ["health/security-headers", "security/debug-ports"],
    }),
    partly(
      "A03:2025",
      "Software Supply Chain Failures",
      {
        rules: ["require-pinned-images", "require-game-server-image-digest"],
        items: ["pre.security.release-signed", "pre.testing.reproducible"],
      },
      "Packages are locked and images pinned; a dependency audit needs a registry, and its result is not part of this evidence.",
    ),
    met("A04:2025", "Cryptographic Failures", {
      rules: [
        "restrict-tls-versions",
        "require-container-port-tls",
        "require-postgres-tls",
        "require-rds-encryption",
        "require-data-keys",
        "require-generated-secrets",
      ],
      probes: ["smoke/tls-certificate"],
    }),
    partly(
      "A05:2025",
      "Injection",
      {
        tests: ["test/config/injection-cases.ts"],
        probes: ["security/hostile-bodies", "security/path-traversal"],
      },
      "Configuration and the API's bodies and paths are tested with hostile input; the game's own scripts are not.",
    ),
    partly(
      "A06:2025",
      "Insecure Design",
      {
        rules: ["limit-global-request-rate", "require-default-deny-network-policy"],
        probes: ["security/rate-limit-evasion"],
      },
      "Limits and isolation are verified; a threat model is not part of this repository.",
    ),
    met("A07:2025", "Authentication Failures", {
      rules: ["enable-access-control", "require-generated-secrets"],
      probes: ["verify/authentication", "security/forged-tokens"],
    }),
    partly(
      "A08:2025",
      "Software or Data Integrity Failures",
      {
        rules: ["require-game-server-image-digest"],
        probes: ["health/image-digest"],
        items: ["deploy.preparation.package", "pre.security.release-signed"],
      },
      "Images are compared by digest; the cluster does not verify signatures at admission.",
    ),
    met("A09:2025", "Security Logging and Alerting Failures", {
      rules: [
        "require-explicit-audit-logging",
        "require-log-shipping",
        "require-access-log",
        "require-alert-receivers",
      ],
      probes: ["health/log-shipping"],
      items: ["post.monitoring.delivery"],
    }),
    partly(
      "A10:2025",
      "Mishandling of Exceptional Conditions",
      { probes: ["security/hostile-bodies"], tests: ["test/probes/faults.test.ts"] },
      "Hostile input and injected faults are tested at the API; the game's own scripts are not.",
    ),
  ],
};

/** CWE Top 25. */
export const cweTop25: Framework = {
  id: "cwe",
  name: "CWE Top 25 Most Dangerous Software Weaknesses",
  version: "2024",
  source: "https://cwe.mitre.org/top25/archive/2024/2024_cwe_top25.html",
  scope: "All 25 weaknesses.",
  controls: [
    partly(
      "CWE-79",
      "Cross-site Scripting",
      { rules: ["require-security-headers"], tests: ["test/probes/html/html-template.test.ts"] },
      "Reports escape what they show, and the gateway sends a Content-Security-Policy; the API returns JSON only.",
    ),
    notAssessed("CWE-787", "Out-of-bounds Write", MEMORY),
    partly(
      "CWE-89",
      "SQL Injection",
      { tests: ["test/config/injection-cases.ts"], probes: ["security/hostile-bodies"] },
      "The reference server uses parameterized queries; the game's build is tested from outside only.",
    ),
    notAssessed(
      "CWE-352",
      "Cross-Site Request Forgery",
      "The API accepts bearer tokens only and sets no cookies; no check tries a forged request.",
    ),
    met("CWE-22", "Path Traversal", {
      probes: ["security/path-traversal", "security/scene-escape", "verify/scene-whitelist"],
    }),
    notAssessed("CWE-125", "Out-of-bounds Read", MEMORY),
    partly(
      "CWE-78",
      "OS Command Injection",
      { tests: ["test/operations/operator-environment.test.ts"] },
      "Programs are started without a shell and with a clean environment; the game's build is not assessed.",
    ),
    notAssessed("CWE-416", "Use After Free", MEMORY),
    met("CWE-862", "Missing Authorization", {
      probes: ["smoke/authentication", "features/access-control", "security/role-escalation"],
    }),
    notAssessed("CWE-434", "Unrestricted Upload of File with Dangerous Type", "The API accepts no files."),
    notAssessed(
      "CWE-94",
      "Code Injection",
      "The debug adapter, which executes code, is closed; the game's own scripts are not assessed.",
    ),
    partly(
      "CWE-20",
      "Improper Input Validation",
      { probes: ["security/hostile-bodies"], tests: ["test/program/random-config.test.ts"] },
      "Configuration and the API's bodies are tested; telemetry and discovery datagrams are tested against the reference server only.",
    ),
    notAssessed("CWE-77", "Command Injection", "As CWE-78."),
    met("CWE-287", "Improper Authentication", {
      probes: ["verify/authentication", "security/forged-tokens"],
    }),
    met("CWE-269", "Improper Privilege Management", {
      rules: ["disallow-rbac-wildcards", "restrict-iam-permissions", "require-pod-security-context"],
      probes: ["security/role-escalation"],
    }),
    partly(
      "CWE-502",
      "Deserialization of Untrusted Data",
      { probes: ["security/hostile-bodies"] },
      "Bodies are JSON and limited in size and depth; the engine's own formats are not assessed.",
    ),
    met("CWE-200", "Exposure of Sensitive Information to an Unauthorized Actor", {
      rules: ["disallow-plaintext-secrets", "restrict-data-keys"],
      tests: ["test/logging/logging.test.ts"],
      probes: ["smoke/metrics-endpoint"],
    }),
    met("CWE-863", "Incorrect Authorization", {
      probes: ["features/access-control", "security/role-escalation"],
    }),
    partly(
      "CWE-918",
      "Server-Side Request Forgery",
      { rules: ["require-default-deny-network-policy"] },
      "Egress is denied except to listed addresses; the webhook router of phase 2 is not assessed.",
    ),
    notAssessed("CWE-119", "Improper Restriction of Operations within the Bounds of a Memory Buffer", MEMORY),
    notAssessed("CWE-476", "NULL Pointer Dereference", MEMORY),
    met("CWE-798", "Use of Hard-coded Credentials", {
      rules: ["require-generated-secrets", "disallow-plaintext-secrets"],
      tests: ["test/program/secret-leaks.test.ts"],
    }),
    notAssessed("CWE-190", "Integer Overflow or Wraparound", MEMORY),
    met("CWE-400", "Uncontrolled Resource Consumption", {
      rules: ["require-resource-requests-and-limits", "limit-global-request-rate"],
      probes: ["verify/rate-limiting", "security/hostile-bodies", "security/rate-limit-evasion"],
    }),
    met("CWE-306", "Missing Authentication for Critical Function", {
      probes: ["smoke/authentication", "security/debug-ports"],
    }),
  ],
};
