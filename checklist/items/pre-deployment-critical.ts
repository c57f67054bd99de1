import { DEPLOYED_ENVIRONMENTS, defineSeedSection, RELEASE_ENVIRONMENTS } from "../define-section.ts";

const common = { document: "003", phase: "pre-deployment", timing: "before", priority: "critical" } as const;

const env = defineSeedSection(
  {
    ...common,
    id: "pre.critical.env",
    docs: "docs/configuration.md#the-game-servers-variables",
    line: 14,
    title: "Environment variables",
    owner: "operator",
  },
  [
    {
      id: "pre.critical.env.http-api-enabled",
      line: 15,
      title: "The game server enables its HTTP API.",
      remediation: "Set GODOT_ENABLE_HTTP_API to true in gameServer.variables, or remove the override.",
      method: "static",
      check: { kind: "policy" },
    },
    {
      id: "pre.critical.env.environment-name",
      line: 16,
      title: "GODOT_ENV equals the stack name.",
      remediation: "Remove the override of GODOT_ENV; the program sets it to the stack name.",
      method: "static",
      check: { kind: "policy" },
    },
    {
      id: "pre.critical.env.values-valid",
      line: 17,
      title: "Every environment variable of the game server has a value of the expected type.",
      remediation: "Run `npm run config -- validate <environment>` and correct each value that it lists.",
      method: "static",
      check: { kind: "check", check: "config/variables-valid" },
    },
    {
      id: "pre.critical.env.survives-restart",
      line: 18,
      title:
        "All environment variables of the game server come from ConfigMaps or Secrets of this deployment.",
      remediation:
        "Reference every variable from a ConfigMap or Secret of the deployment instead of a literal value in the pod.",
      method: "static",
      check: { kind: "policy" },
    },
  ],
);

const secrets = defineSeedSection(
  {
    ...common,
    id: "pre.critical.secrets",
    docs: "docs/configuration.md#secrets",
    line: 20,
    title: "Secrets",
    owner: "security-reviewer",
  },
  [
    {
      id: "pre.critical.secrets.api-token",
      line: 21,
      title: "The API token is generated from 32 random bytes.",
      remediation: "Restore the generated secret api-token (RandomBytes, 32 bytes) in components/secrets.",
      method: "static",
      check: { kind: "policy" },
    },
    {
      id: "pre.critical.secrets.grafana-password",
      line: 22,
      title: "The Grafana administrator password is generated from 32 random bytes.",
      remediation:
        "Restore the generated secret grafana-admin-password (RandomBytes, 32 bytes) in components/secrets.",
      method: "static",
      check: { kind: "policy" },
    },
    {
      id: "pre.critical.secrets.redis-password",
      line: 23,
      title: "The Redis password is generated from 32 random bytes.",
      remediation:
        "Restore the generated secret redis-password (RandomBytes, 32 bytes) in components/secrets.",
      method: "static",
      check: { kind: "policy" },
    },
    {
      id: "pre.critical.secrets.secret-objects",
      line: 24,
      title: "All nine Secrets exist in their namespaces with every key that a pod references.",
      remediation:
        "Declare the missing Secret or key in components/secrets, in the namespace of the pod that references it.",
      method: "static",
      check: { kind: "policy" },
      appliesWhen: ["kubernetes"],
    },
    {
      id: "pre.critical.secrets.no-placeholders",
      line: 25,
      title: "No setting or secret contains a placeholder.",
      remediation: "Replace each placeholder that `npm run config -- validate <environment>` lists.",
      docs: "docs/configuration.md#before-the-first-deployment",
      method: "static",
      check: { kind: "check", check: "config/no-placeholders" },
    },
    {
      id: "pre.critical.secrets.file-permissions",
      line: 26,
      title: "Secret files are readable by their owner only, and git does not track them.",
      remediation:
        "Run chmod 600 on the file, and add it to .gitignore; rotate the secret if it was ever committed.",
      method: "static",
      check: { kind: "check", check: "repository/secret-files" },
    },
  ],
);

const certificates = defineSeedSection(
  {
    ...common,
    id: "pre.critical.tls",
    docs: "docs/certificates.md#changing-the-kind",
    line: 28,
    title: "TLS certificates",
    owner: "security-reviewer",
  },
  [
    {
      id: "pre.critical.tls.issuer",
      line: 29,
      title: "The production gateway uses a publicly trusted certificate.",
      remediation: "Set certificates.kind to acme or imported in Pulumi.production.yaml.",
      environments: ["production"],
      method: "static",
      check: { kind: "policy" },
      choices: ["self-signed", "acme"],
    },
    {
      id: "pre.critical.tls.gateway-secret",
      line: 31,
      title: "The gateway reads its certificate and key from a mounted TLS Secret.",
      remediation: "Mount the TLS Secret gateway-tls into the gateway pods.",
      method: "static",
      check: { kind: "policy" },
      appliesWhen: ["kubernetes"],
    },
    {
      id: "pre.critical.tls.expiry-noted",
      line: 32,
      title: "Every server certificate has a limited lifetime and an explicit renewal time.",
      remediation:
        "Set a lifetime of at most 365 days and a renewal time before its end on each certificate.",
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
    docs: "docs/readiness.md#the-exported-build",
    environments: DEPLOYED_ENVIRONMENTS,
    line: 34,
    title: "Release build",
    owner: "release-engineer",
  },
  [
    {
      id: "pre.critical.build.exported",
      line: 35,
      title: "The exported release executable is in the build directory.",
      remediation: "Export the project with the preset Linux into the build directory.",
      method: "static",
      check: { kind: "check", check: "release/executable" },
    },
    {
      id: "pre.critical.build.size",
      line: 36,
      title: "The size of the build is between 100 and 500 MB.",
      remediation:
        "Export again with the release template; a smaller build lacks its pack, a larger one contains unneeded files.",
      method: "static",
      check: { kind: "check", check: "release/size" },
      records: "size in bytes",
    },
    {
      id: "pre.critical.build.starts",
      line: 37,
      title: "The exported build starts with its HTTP API enabled.",
      remediation:
        "Start the build with GODOT_ENABLE_HTTP_API=true and read its log; the HTTP API is an autoload of the export.",
      method: "live",
      check: { probe: "verify/api-status", finding: "http-api-active", target: "candidate" },
    },
    {
      id: "pre.critical.build.api-answers",
      line: 38,
      title: "The health endpoint of the started build returns 200.",
      remediation: "Start the build, read its log, and check that port 8080 is free.",
      method: "live",
      check: { probe: "verify/api-health", finding: "status-200", target: "candidate" },
    },
    {
      id: "pre.critical.build.status-shape",
      line: 39,
      title: "The status response of the started build has every field of the contract.",
      remediation: "Compare the status response with reference-server/openapi.yaml and change the build.",
      docs: "docs/reference-server.md#the-contract",
      method: "live",
      check: { probe: "verify/api-status", finding: "shape", target: "candidate" },
    },
  ],
);

const tests = defineSeedSection(
  {
    ...common,
    id: "pre.critical.tests",
    docs: "docs/verification.md#what-each-suite-adds",
    line: 41,
    title: "Tests",
    owner: "quality-engineer",
  },
  [
    {
      id: "pre.critical.tests.test-runner",
      line: 42,
      title: "All tests pass on the commit to be deployed.",
      remediation: "Run `npm test`, and fix the failing tests before the commit is deployed.",
      docs: "docs/readiness.md#tests",
      environments: DEPLOYED_ENVIRONMENTS,
      method: "static",
      check: { kind: "check", check: "repository/tests" },
    },
    {
      id: "pre.critical.tests.health-checks",
      line: 43,
      title: "All 34 system checks pass on staging.",
      remediation: "Run `npm run health -- staging`, and follow the remedy of each failed check.",
      environments: RELEASE_ENVIRONMENTS,
      method: "live",
      check: { probe: "health/*", target: "staging" },
    },
    {
      id: "pre.critical.tests.features",
      line: 44,
      title: "All eight features pass their checks on staging.",
      remediation: "Run `npm run features -- staging`, and follow the remedy of each failed check.",
      environments: RELEASE_ENVIRONMENTS,
      method: "live",
      check: { probe: "features/*", target: "staging" },
    },
    {
      id: "pre.critical.tests.no-critical-failure",
      line: 45,
      title: "All ten smoke tests pass on staging.",
      remediation: "Run `npm run smoke -- staging`, and follow the remedy of each failed check.",
      environments: RELEASE_ENVIRONMENTS,
      method: "live",
      check: { probe: "smoke/*", target: "staging" },
    },
  ],
);

/** Seed document 003 (deployment checklist 1.0.0): critical items before a deployment. */
export const preDeploymentCritical = [env, secrets, certificates, build, tests];
