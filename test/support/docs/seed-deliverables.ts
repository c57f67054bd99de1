/** A deliverable of a seed document, and what the product has in its place. */
export interface DeliverableRow {
  readonly at: string;
  readonly says: string;
  readonly product: string;
  readonly paths: readonly string[];
  readonly reason?: string;
}

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
