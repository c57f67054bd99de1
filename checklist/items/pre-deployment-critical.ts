import { defineSeedSection } from "../define-section.ts";

const common = { document: "003", phase: "pre-deployment", timing: "before", priority: "critical" } as const;

const env = defineSeedSection(
  {
    ...common,
    id: "pre.critical.env",
    line: 14,
    title: "Environment variables",
    owner: "operator",
    docs: "docs/configuration.md",
  },
  [
    {
      id: "pre.critical.env.http-api-enabled",
      line: 15,
      title: "The game server enables its HTTP API.",
      method: "static",
      check: { kind: "policy" },
    },
    {
      id: "pre.critical.env.environment-name",
      line: 16,
      title: "GODOT_ENV equals the stack name.",
      method: "static",
      check: { kind: "policy" },
    },
    {
      id: "pre.critical.env.values-valid",
      line: 17,
      title: "Every environment variable of the game server has a value of the expected type.",
      method: "static",
      check: { kind: "check", check: "config/variables-valid" },
    },
    {
      id: "pre.critical.env.survives-restart",
      line: 18,
      title:
        "All environment variables of the game server come from ConfigMaps or Secrets of this deployment.",
      method: "static",
      check: { kind: "policy" },
    },
  ],
);

const secrets = defineSeedSection(
  {
    ...common,
    id: "pre.critical.secrets",
    line: 20,
    title: "Secrets",
    owner: "security-reviewer",
    docs: "docs/configuration.md",
  },
  [
    {
      id: "pre.critical.secrets.api-token",
      line: 21,
      title: "The API token is generated from 32 random bytes.",
      method: "static",
      check: { kind: "policy" },
    },
    {
      id: "pre.critical.secrets.grafana-password",
      line: 22,
      title: "The Grafana administrator password is generated from 32 random bytes.",
      method: "static",
      check: { kind: "policy" },
    },
    {
      id: "pre.critical.secrets.redis-password",
      line: 23,
      title: "The Redis password is generated from 32 random bytes.",
      method: "static",
      check: { kind: "policy" },
    },
    {
      id: "pre.critical.secrets.secret-objects",
      line: 24,
      title: "All nine Secrets exist in their namespaces with every key that a pod references.",
      method: "static",
      check: { kind: "policy" },
      appliesWhen: ["kubernetes"],
    },
    {
      id: "pre.critical.secrets.no-placeholders",
      line: 25,
      title: "No setting or secret contains a placeholder.",
      method: "static",
      check: { kind: "check", check: "config/no-placeholders" },
    },
    {
      id: "pre.critical.secrets.file-permissions",
      line: 26,
      title: "Secret files are readable by their owner only, and git does not track them.",
      method: "static",
      check: { kind: "check", check: "repository/secret-files" },
    },
  ],
);

const certificates = defineSeedSection(
  {
    ...common,
    id: "pre.critical.tls",
    line: 28,
    title: "TLS certificates",
    owner: "security-reviewer",
    docs: "docs/certificates.md",
  },
  [
    {
      id: "pre.critical.tls.issuer",
      line: 29,
      title: "The production gateway uses a publicly trusted certificate.",
      method: "static",
      check: { kind: "policy" },
      choices: ["self-signed", "acme"],
    },
    {
      id: "pre.critical.tls.gateway-secret",
      line: 31,
      title: "The gateway reads its certificate and key from a mounted TLS Secret.",
      method: "static",
      check: { kind: "policy" },
      appliesWhen: ["kubernetes"],
    },
    {
      id: "pre.critical.tls.expiry-noted",
      line: 32,
      title: "Every server certificate has a limited lifetime and an explicit renewal time.",
      method: "static",
      check: { kind: "policy" },
      records: "lifetime and renewal time, or the expiry date of an imported certificate",
    },
  ],
);

const build = defineSeedSection(
  {
    ...common,
    id: "pre.critical.build",
    line: 34,
    title: "Release build",
    owner: "release-engineer",
  },
  [
    {
      id: "pre.critical.build.exported",
      line: 35,
      title: "The exported release executable is in the build directory.",
      method: "static",
      check: { kind: "check", check: "release/executable" },
    },
    {
      id: "pre.critical.build.size",
      line: 36,
      title: "The size of the build is between 100 and 500 MB.",
      method: "static",
      check: { kind: "check", check: "release/size" },
      records: "size in bytes",
    },
    {
      id: "pre.critical.build.starts",
      line: 37,
      title: "The exported build starts with its HTTP API enabled.",
      method: "live",
      check: { probe: "verify/api-status", finding: "http-api-active", target: "candidate" },
    },
    {
      id: "pre.critical.build.api-answers",
      line: 38,
      title: "The health endpoint of the started build returns 200.",
      method: "live",
      check: { probe: "verify/api-health", finding: "status-200", target: "candidate" },
    },
    {
      id: "pre.critical.build.status-shape",
      line: 39,
      title: "The status response of the started build has every field of the contract.",
      method: "live",
      check: { probe: "verify/api-status", finding: "shape", target: "candidate" },
    },
  ],
);

const tests = defineSeedSection(
  {
    ...common,
    id: "pre.critical.tests",
    line: 41,
    title: "Tests",
    owner: "quality-engineer",
    docs: "docs/verification.md",
  },
  [
    {
      id: "pre.critical.tests.test-runner",
      line: 42,
      title: "All tests pass on the commit to be deployed.",
      method: "static",
      check: { kind: "check", check: "repository/tests" },
    },
    {
      id: "pre.critical.tests.health-checks",
      line: 43,
      title: "All 34 system checks pass on staging.",
      method: "live",
      check: { probe: "health/*", target: "staging" },
    },
    {
      id: "pre.critical.tests.features",
      line: 44,
      title: "All eight features pass their checks on staging.",
      method: "live",
      check: { probe: "features/*", target: "staging" },
    },
    {
      id: "pre.critical.tests.no-critical-failure",
      line: 45,
      title: "All ten smoke tests pass on staging.",
      method: "live",
      check: { probe: "smoke/*", target: "staging" },
    },
  ],
);

/** Seed document 003 (deployment checklist 1.0.0): critical items before a deployment. */
export const preDeploymentCritical = [env, secrets, certificates, build, tests];
