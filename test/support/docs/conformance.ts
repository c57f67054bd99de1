import { existsSync } from "node:fs";
import type { Facts } from "./conformance-facts.ts";

export const CONFORMANCE_FILE = "docs/reference/conformance.md";

/** A number or setting of a seed document. */
interface NumberRow {
  /** Document and line, such as `002:14`. */
  readonly at: string;
  readonly says: string;
  readonly fact: string;
  /** The value of the document as the fact would show it, or a predicate for a bound. */
  readonly expected: string | number | ((actual: string | number) => boolean);
  /** Why the product differs; required exactly where it does. */
  readonly reason?: string;
}

/** A deliverable of a seed document, and what the product has in its place. */
interface DeliverableRow {
  readonly at: string;
  readonly says: string;
  readonly product: string;
  readonly paths: readonly string[];
  readonly reason?: string;
}

const atLeast = (least: number) => (actual: string | number) => Number(actual) >= least;
const includesAll =
  (...names: readonly string[]) =>
  (actual: string | number) =>
    names.every((name) => String(actual).split(", ").includes(name));

export const NUMBERS: readonly NumberRow[] = [
  { at: "002:14", says: "119 environment variables", fact: "variables", expected: 119 },
  { at: "002:36", says: "GODOT_ENABLE_HTTP_API=true", fact: "httpApi", expected: "true" },
  { at: "002:37", says: "GODOT_ENV=production", fact: "environmentName", expected: "production" },
  { at: "002:38", says: "GODOT_HTTP_PORT=8080", fact: "httpPort", expected: "8080" },
  { at: "002:47", says: "28 validation checks of the configuration", fact: "configChecks", expected: 28 },
  { at: "002:57", says: "6 autoloads", fact: "autoloads", expected: 6 },
  {
    at: "002:58",
    says: "production scene only on the whitelist",
    fact: "whitelist",
    expected: "res://vr_main.tscn",
  },
  { at: "002:73", says: "self-signed RSA certificate of 4096 bits", fact: "rsaBits", expected: "4096" },
  { at: "002:73", says: "365 days of validity", fact: "certificateDays", expected: 365 },
  { at: "002:77", says: "13 secrets", fact: "secrets", expected: 13 },
  { at: "002:81", says: "32 random bytes each", fact: "secretBytes", expected: "32" },
  {
    at: "002:84",
    says: "9 Secret objects",
    fact: "secretObjects",
    expected: 9,
    reason:
      "The internal certificates are three Secrets, one for each namespace that has any, instead of one; the other eight are those of the document.",
  },
  {
    at: "002:84",
    says: "3 namespaces with Secrets",
    fact: "secretNamespaces",
    expected: 3,
    reason:
      "The node exporter's certificate is in a fourth namespace, because only that one permits reading host directories.",
  },
  { at: "002:151", says: "34 system checks", fact: "systemChecks", expected: 34 },
  { at: "002:157", says: "8 features validated", fact: "features", expected: 8 },
  {
    at: "002:209",
    says: "7 automated checks after a deployment",
    fact: "verifyChecks",
    expected: 7,
    reason: "Seed 003 lists ten checks; its seven automated ones are among them.",
  },
  { at: "003:235", says: "10 checks after a deployment", fact: "verifyChecks", expected: 10 },
  { at: "000:199", says: "10 smoke tests", fact: "smokeTests", expected: 10 },
  {
    at: "000:342",
    says: "smoke tests within 5 minutes (300 s)",
    fact: "suiteSeconds",
    expected: (actual) => Number(actual) <= 300,
  },
  { at: "000:294", says: "25+ alert rules", fact: "alerts", expected: atLeast(25) },
  {
    at: "000:299",
    says: "4 dashboards",
    fact: "dashboards",
    expected: 4,
    reason: "One more: an overview for daily operation.",
  },
  { at: "000:98", says: "125+ checklist items", fact: "items", expected: atLeast(125) },
  {
    at: "000:102",
    says: "65 items before a deployment",
    fact: "derivedBefore",
    expected: 65,
    reason: "The sections that the document lists add up to 75.",
  },
  { at: "000:112", says: "25 steps of the execution", fact: "derivedDuring", expected: 25 },
  { at: "000:120", says: "35 checks after a deployment", fact: "derivedAfter", expected: 35 },
  {
    at: "003:14",
    says: "142 checkboxes, and six choices that are one item each",
    fact: "deploymentChecklistItems",
    expected: atLeast(142),
  },
  { at: "003:316", says: "4 signatures of a deployment", fact: "deploymentSignOffs", expected: 4 },
  { at: "000:652", says: "5 signatures of a package", fact: "packageSignOffs", expected: 5 },
  { at: "003:97", says: "300 requests per minute in total", fact: "globalLimit", expected: "300" },
  { at: "003:98", says: "10 to 30 scene requests per minute", fact: "sceneLimits", expected: "10–30" },
  { at: "003:99", says: "100 status requests per minute", fact: "statusLimit", expected: "100" },
  { at: "003:113", says: "port 8081 for telemetry", fact: "telemetryPort", expected: "8081" },
  { at: "003:113", says: "port 8087 for discovery", fact: "discoveryPort", expected: "8087" },
  {
    at: "003:63",
    says: "audit logging temporarily disabled",
    fact: "audit",
    expected: "false",
    reason:
      "The audit log is on: it is stored apart from the other logs, and losing records raises an alert.",
  },
  {
    at: "000:336",
    says: "debug adapter and language server (DAP/LSP) integrated",
    fact: "debugAdapters",
    expected: "true",
    reason: "Both execute code for every client that reaches them, so they are closed outside local.",
  },
  {
    at: "003:300",
    says: "phase 2 routers enabled in week 1",
    fact: "webhookRouter",
    expected: "true",
    reason:
      "Off until the first week after a deployment, as the document plans; a checklist item asks for them then.",
  },
  {
    at: "000:269",
    says: "nine kinds of Kubernetes objects",
    fact: "kinds",
    expected: includesAll(
      "ConfigMap",
      "Deployment",
      "HorizontalPodAutoscaler",
      "Ingress",
      "Namespace",
      "NetworkPolicy",
      "PersistentVolumeClaim",
      "Secret",
      "Service",
    ),
  },
  {
    at: "000:249",
    says: "3 environments",
    fact: "environments",
    expected: 3,
    reason:
      "Four: `package` is what the release package renders for other clusters; `local` is the development environment.",
  },
  {
    at: "003:193",
    says: "endpoints /health, /status, /performance, /scene, /metrics",
    fact: "endpoints",
    expected: atLeast(5),
  },
  { at: "000:609", says: "250+ unit tests", fact: "unitTests", expected: atLeast(250) },
  { at: "000:609", says: "50+ integration tests", fact: "endToEndTests", expected: atLeast(50) },
  { at: "000:18", says: "17+ operational guides", fact: "guides", expected: atLeast(17) },
];

export const DELIVERABLES: readonly DeliverableRow[] = [
  {
    at: "002:35",
    says: "`.env.production`",
    product: "`npm run config -- env production`",
    paths: ["components/config/env-file.ts"],
  },
  {
    at: "002:41",
    says: "`setup_production_env.sh`, `.bat`",
    product: "`npm run config -- env production --template` and `npm start`",
    paths: ["cli/commands/config.ts"],
    reason: "The program sets the variables of every deployment; a template remains for other ways.",
  },
  {
    at: "002:46",
    says: "`validate_production_config.py`",
    product: "`npm run config -- validate production`",
    paths: ["components/config/checks/index.ts"],
  },
  {
    at: "002:51",
    says: "`PRODUCTION_ENV_CONFIGURED.md`",
    product: "the configuration guide and the generated reference",
    paths: ["docs/configuration.md", "docs/reference/config.md"],
  },
  {
    at: "002:72",
    says: "TLS certificate files",
    product: "the certificates component; `npm run secrets` for the package",
    paths: ["components/certificates/certificates.ts", "docs/secrets.md"],
    reason:
      "No committed or copied key files: the deployment generates keys, and ACME renews the public certificate.",
  },
  {
    at: "002:84",
    says: "`production-secrets.yaml`",
    product: "the secrets component",
    paths: ["components/secrets/secrets.ts"],
    reason: "Secrets are generated into Secret objects and never written to a manifest in the repository.",
  },
  {
    at: "002:89",
    says: "`PRODUCTION_SECRETS_READY.md`: rotation, emergency, backup",
    product: "the secrets guide",
    paths: ["docs/secrets.md"],
  },
  {
    at: "002:111",
    says: "`export_production_build.bat`, `.sh`",
    product: "`spacetime-vr release export`",
    paths: ["cli/commands/release.ts"],
  },
  {
    at: "002:116",
    says: "`validate_build.py`",
    product: "checks of exported executables and packs",
    paths: ["release/exports"],
  },
  {
    at: "002:121",
    says: "`test_exported_build.bat`, `.sh`",
    product: "`npm run local -- up --build <export directory>`, then `npm run verify -- local`",
    paths: ["operations/local/up.ts"],
  },
  {
    at: "002:126",
    says: "`package_for_deployment.bat`, `.sh`",
    product: "`spacetime-vr release build`",
    paths: ["cli/commands/release.ts"],
  },
  {
    at: "002:152",
    says: "`production_health.json`, `.html`",
    product: "`npm run health -- production --json`, `--html`",
    paths: ["probes/health/index.ts", "probes/report/html-report.ts"],
  },
  {
    at: "002:158",
    says: "`production_feature_validation.json`",
    product: "`npm run features -- production --json`",
    paths: ["probes/features/index.ts"],
  },
  { at: "002:207", says: "`deploy_local.sh`", product: "`npm start`", paths: ["operations/local/up.ts"] },
  {
    at: "002:208",
    says: "`deploy_kubernetes.sh`",
    product: "`npm run up -- production`",
    paths: ["cli/commands/up.ts"],
    reason: "Pulumi applies one reviewed plan instead of steps in a script.",
  },
  {
    at: "002:209",
    says: "`verify_deployment.py`",
    product: "`npm run verify -- production`",
    paths: ["probes/verify/index.ts"],
  },
  {
    at: "002:210",
    says: "`rollback.sh`",
    product: "`npm run rollback -- production`",
    paths: ["cli/commands/rollback.ts"],
  },
  {
    at: "002:213",
    says: "`DEPLOYMENT_GUIDE.md`",
    product: "the guides",
    paths: ["docs/deploy.md", "docs/aws.md"],
  },
  {
    at: "002:214",
    says: "`PRODUCTION_READINESS_CHECKLIST.md`",
    product: "the checklist as data, and its guide",
    paths: ["checklist/items/index.ts", "docs/readiness.md"],
  },
  {
    at: "002:373",
    says: "Go/No-Go decision, confidence and risk register",
    product: "`spacetime-vr checklist production --go-no-go`",
    paths: ["cli/commands/checklist.ts"],
    reason: "Computed from the verdicts of the items; no confidence is asserted.",
  },
  {
    at: "000:30",
    says: "`build_package.sh`",
    product: "`spacetime-vr release build`",
    paths: ["cli/commands/release.ts"],
  },
  {
    at: "000:97",
    says: "`DEPLOYMENT_CHECKLIST.md`",
    product: "the checklist as data",
    paths: ["checklist/items/index.ts"],
  },
  {
    at: "000:138",
    says: "`RELEASE_NOTES_v2.5.0.md`",
    product: "release notes of a package",
    paths: ["release/notes.ts"],
  },
  {
    at: "000:198",
    says: "`smoke_test.sh`",
    product: "`npm run smoke -- production`",
    paths: ["probes/smoke/index.ts"],
  },
  {
    at: "000:212",
    says: "`MANIFEST.json`",
    product: "the manifest of a package",
    paths: ["release/manifest.ts"],
  },
  {
    at: "000:252",
    says: "Prometheus, Grafana, Alertmanager and nginx configuration",
    product: "`npm run monitoring -- render`, and the gateway's nginx.conf",
    paths: ["components/monitoring/monitoring-files.ts", "components/gateway/nginx-config.ts"],
  },
  {
    at: "000:279",
    says: "Kustomize base and overlays, Helm chart",
    product: "`npm run plan -- <environment> --render`",
    paths: ["plan/manifests/render-manifests.ts"],
    reason:
      "The manifests are rendered from the program with a kustomization; a chart would describe the same deployment a second time.",
  },
  {
    at: "000:352",
    says: "Locust load tests, Hypothesis property tests",
    product: "`npm run load`, and property tests with fast-check",
    paths: ["probes/load", "docs/load.md"],
  },
  {
    at: "000:362",
    says: "Let's Encrypt integration and renewal",
    product: "cert-manager with ACME, alerts on the remaining lifetime",
    paths: ["components/certificates/public-certificate.ts"],
  },
  {
    at: "000:366",
    says: "access control matrix",
    product: "the generated matrix",
    paths: ["docs/reference/access-control.md"],
  },
  {
    at: "000:367",
    says: "compliance checklists and status",
    product: "the generated compliance page",
    paths: ["docs/compliance.md"],
  },
  {
    at: "000:372",
    says: "penetration test report",
    product: "`npm run security -- production`",
    paths: ["probes/security/index.ts"],
    reason: "Repeatable probes with a report; an auditor's report is a drill of the checklist.",
  },
  {
    at: "000:371",
    says: "vulnerability scan results",
    product: "nothing",
    paths: ["operations/vulnerability-scan.ts"],
    reason: "ECR scans images when they are pushed; no scan of dependencies is part of this repository yet.",
  },
  {
    at: "000:22",
    says: "backup with point-in-time recovery",
    product: "RDS backups, ElastiCache snapshots, a locked and replicated bucket",
    paths: ["components/backup/backup-bucket.ts", "components/data/rds-postgres.ts"],
    reason: "Managed stores instead of StatefulSets on AWS.",
  },
];

/** Statements that the product does not carry over, with the reason. */
const NOT_CARRIED_OVER: readonly (readonly [at: string, says: string, reason: string])[] = [
  [
    "002:5",
    "95 % confidence",
    "A number that nothing computes; the checklist counts verified items instead.",
  ],
  ["002:267", "code quality 8.5 of 10, security score 9 of 10", "Scores without a definition."],
  [
    "000:643",
    "95 % test coverage",
    "Mutation scores of rules and alerts are measured instead of line coverage.",
  ],
  [
    "000:606",
    "500+ files, 1.2 GB, 15 minutes of build time",
    "Depend on the game's export, which is not part of this repository.",
  ],
  [
    "003:38",
    "an API on port 8080 without TLS",
    "Every listener uses TLS in every environment, also between workloads; the ports are the same.",
  ],
  [
    "003:162",
    "a Redis StatefulSet in every cluster",
    "On AWS, ElastiCache and RDS replace the StatefulSets; other clusters keep them.",
  ],
];

/** Whether a fact is what the document says. */
export function isAsSeed({ expected }: NumberRow, actual: string | number | undefined): boolean {
  if (actual === undefined) return false;
  return typeof expected === "function" ? expected(actual) : expected === actual;
}

/** Bounds are shown rounded down, so that the page does not change with every test or alert. */
function displayFact({ expected }: NumberRow, actual: string | number | undefined): string {
  if (actual === undefined) return "missing";
  if (typeof expected !== "function") return String(actual);
  const number = Number(actual);
  if (!Number.isInteger(number)) return expected(actual) ? "all of them" : String(actual);
  const unit = 10 ** Math.max(0, String(number).length - 1);
  return number % unit === 0 ? String(number) : `${Math.floor(number / unit) * unit}+`;
}

/** Renders the conformance page. */
export function renderConformance(facts: Facts): string {
  const numbers = NUMBERS.map((row) => {
    const actual = facts[row.fact];
    const same = isAsSeed(row, actual) ? "yes" : "differs";
    return `| ${row.at} | ${row.says} | ${displayFact(row, actual)} | ${same} | ${row.reason ?? ""} |`;
  });
  const deliverables = DELIVERABLES.map(({ at, says, product, paths, reason }) => {
    const present = paths.every((path) => existsSync(path)) ? "yes" : "not in this commit";
    return `| ${at} | ${says} | ${product} | ${present} | ${reason ?? ""} |`;
  });
  return [
    "# Conformance with the seed documents",
    "",
    "<!-- Generated by `npm run docs`: the values are counted in the code and the plans; edit test/support/docs/conformance.ts. -->",
    "",
    "The three documents from which this product was made, beside what it has: 000 is the delivery summary 2.5.0, 002 the readiness report,",
    "003 the deployment checklist 1.0.0; `002:14` is line 14 of 002. A test counts the values again and fails if this page is not current.",
    "",
    "## Numbers and settings",
    "",
    "| source | the document says | the product has | same | why it differs |",
    "|---|---|---|---|---|",
    ...numbers,
    "",
    "## Deliverables",
    "",
    "| source | deliverable | the product has | present | difference |",
    "|---|---|---|---|---|",
    ...deliverables,
    "",
    "## Not carried over",
    "",
    "| source | the document says | why not |",
    "|---|---|---|",
    ...NOT_CARRIED_OVER.map((row) => `| ${row.join(" | ")} |`),
    "",
  ].join("\n");
}
