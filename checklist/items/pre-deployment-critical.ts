import { defineSeedSection } from "../define-section.ts";

const common = { document: "003", phase: "pre-deployment", timing: "before", priority: "critical" } as const;

const env = defineSeedSection(
  {
    ...common,
    id: "pre.critical.env",
    line: 14,
    title: "Environment variables",
    owner: "operator",
    docs: "docs/guides/configuration.md#game-server-variables",
  },
  [
    {
      id: "pre.critical.env.http-api-enabled",
      line: 15,
      title: "The game server starts with its HTTP API switched on.",
      method: "static",
      check: { prover: "policy" },
    },
    {
      id: "pre.critical.env.environment-name",
      line: 16,
      title: "The game server is told the name of the environment it is deployed to.",
      method: "static",
      check: { prover: "policy" },
    },
    {
      id: "pre.critical.env.values-valid",
      line: 17,
      title: "Every game variable has a value of the type its reader expects.",
      method: "static",
      check: { prover: "named", check: "config/variables-valid" },
    },
    {
      id: "pre.critical.env.survives-restart",
      line: 18,
      title: "A restarted server finds the same variables, because they come from stored configuration only.",
      method: "static",
      check: { prover: "policy" },
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
    docs: "docs/guides/secrets.md#generated-secrets",
  },
  [
    {
      id: "pre.critical.secrets.api-token",
      line: 21,
      title: "The API token is generated from 32 random bytes.",
      method: "static",
      check: { prover: "policy" },
    },
    {
      id: "pre.critical.secrets.grafana-password",
      line: 22,
      title: "Grafana's administrator password is generated, not chosen.",
      method: "static",
      check: { prover: "policy" },
    },
    {
      id: "pre.critical.secrets.redis-password",
      line: 23,
      title: "The Redis password is generated, not chosen.",
      method: "static",
      check: { prover: "policy" },
    },
    {
      id: "pre.critical.secrets.secret-objects",
      line: 24,
      title: "All nine Secret objects stand in their namespaces with every key their consumers read.",
      docs: "docs/guides/secrets.md#secret-objects",
      method: "static",
      check: { prover: "policy" },
      appliesWhen: ["kubernetes"],
    },
    {
      id: "pre.critical.secrets.no-placeholders",
      line: 25,
      title: "No setting or secret still holds a placeholder.",
      docs: "docs/guides/configuration.md#values-only-an-owner-can-give",
      method: "static",
      check: { prover: "named", check: "config/no-placeholders" },
    },
    {
      id: "pre.critical.secrets.file-permissions",
      line: 26,
      title: "Secret files on disk are readable by their owner alone and unknown to git.",
      docs: "docs/guides/secrets.md#secret-files",
      method: "static",
      check: { prover: "named", check: "repository/secret-files" },
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
    docs: "docs/guides/certificates.md#issuers",
  },
  [
    {
      id: "pre.critical.tls.issuer",
      line: 29,
      title: "Players meet a publicly trusted certificate in production; a self-signed one stays outside it.",
      method: "static",
      check: { prover: "policy" },
      choices: ["self-signed", "acme"],
    },
    {
      id: "pre.critical.tls.gateway-secret",
      line: 31,
      title: "The gateway's certificate and key reach it through its TLS Secret.",
      docs: "docs/guides/certificates.md#tls-secrets",
      method: "static",
      check: { prover: "policy" },
      appliesWhen: ["kubernetes"],
    },
    {
      id: "pre.critical.tls.expiry-noted",
      line: 32,
      title: "The certificate's lifetime and point of renewal are stated before anything depends on them.",
      docs: "docs/guides/certificates.md#renewal",
      method: "static",
      check: { prover: "policy" },
      records: "lifetime and point of renewal, or the expiry date of an imported certificate",
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
    docs: "docs/guides/release.md#checking-a-build",
  },
  [
    {
      id: "pre.critical.build.exported",
      line: 35,
      title: "The exported release executable lies in the build directory.",
      method: "static",
      check: { prover: "named", check: "release/executable" },
    },
    {
      id: "pre.critical.build.size",
      line: 36,
      title:
        "The build's size, between 100 and 500 MB, fits an engine with all of its assets and nothing else.",
      method: "static",
      check: { prover: "named", check: "release/size" },
      records: "size in bytes",
    },
    {
      id: "pre.critical.build.starts",
      line: 37,
      title: "The exported build starts with the HTTP API switched on.",
      docs: "docs/guides/release.md#trying-a-build",
      method: "live",
      check: { probe: "verify/api-status", finding: "http-api-active", target: "candidate" },
    },
    {
      id: "pre.critical.build.api-answers",
      line: 38,
      title: "The started build answers on its HTTP port.",
      docs: "docs/guides/release.md#trying-a-build",
      method: "live",
      check: { probe: "verify/api-health", finding: "status-200", target: "candidate" },
    },
    {
      id: "pre.critical.build.status-shape",
      line: 39,
      title: "The started build describes itself with every field the contract names.",
      docs: "docs/guides/release.md#trying-a-build",
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
    docs: "docs/guides/verification.md#suites",
  },
  [
    {
      id: "pre.critical.tests.test-runner",
      line: 42,
      title: "Every test of the commit to be deployed passes.",
      method: "static",
      check: { prover: "named", check: "repository/tests" },
    },
    {
      id: "pre.critical.tests.health-checks",
      line: 43,
      title: "All system checks pass on staging.",
      method: "live",
      check: { probe: "health/*", target: "staging" },
    },
    {
      id: "pre.critical.tests.features",
      line: 44,
      title: "All eight features work on staging.",
      method: "live",
      check: { probe: "features/*", target: "staging" },
    },
    {
      id: "pre.critical.tests.no-critical-failure",
      line: 45,
      title: "None of the critical paths the smoke tests walk is broken on staging.",
      method: "live",
      check: { probe: "smoke/*", target: "staging" },
    },
  ],
);

/** Seed document 003 (deployment checklist 1.0.0): what must hold before a deployment. */
export const preDeploymentCritical = [env, secrets, certificates, build, tests];
