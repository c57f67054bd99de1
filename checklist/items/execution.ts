import { defineDerivedSection } from "../define-section.ts";

const common = {
  phase: "deployment",
  timing: "deployment",
  priority: "critical",
  owner: "deployment-engineer",
  docs: "docs/deploy.md",
} as const;

const preparation = defineDerivedSection(
  {
    ...common,
    id: "deploy.preparation",
    seedSection: "Pre-deployment",
    count: 5,
    title: "Preparation",
    timing: "two-hours-before",
  },
  [
    {
      id: "deploy.preparation.package",
      title: "The package to be deployed matches its checksums.",
      method: "static",
      check: { kind: "check", check: "release/checksums" },
    },
    {
      id: "deploy.preparation.clean-tree",
      title: "The deployment runs from a commit, in a clean work tree.",
      method: "static",
      check: { kind: "check", check: "repository/committed", finding: "clean" },
    },
    {
      id: "deploy.preparation.preview",
      title: "The tech lead has reviewed what the preview creates, replaces and deletes.",
      owner: "tech-lead",
      method: "human",
      check: { evidence: "the preview's counts, and every replacement and deletion in it" },
    },
    {
      id: "deploy.preparation.backup",
      title: "The latest backups of the database, Redis and the secrets are within their schedules.",
      docs: "docs/data.md",
      method: "live",
      check: { probe: "health/backups", finding: "all-recent", target: "environment" },
      appliesWhen: ["earlier-release"],
    },
    {
      id: "deploy.preparation.rollback-target",
      title: "A verified update exists as a rollback target.",
      docs: "docs/rollback.md",
      method: "live",
      check: { probe: "history/rollback-target", finding: "verified", target: "environment" },
      records: "the update's version and commit",
      appliesWhen: ["earlier-release"],
    },
  ],
);

const migration = defineDerivedSection(
  {
    ...common,
    id: "deploy.database-migration",
    seedSection: "Database migration",
    count: 4,
    title: "Database migration",
    owner: "database-administrator",
    docs: "docs/data.md",
    appliesWhen: ["own-database"],
  },
  [
    {
      id: "deploy.database-migration.compatible",
      title: "The previous release works with the new schema, so a rollback needs no downgrade.",
      method: "static",
      check: { kind: "check", check: "repository/schema-compatibility" },
    },
    {
      id: "deploy.database-migration.restore-point",
      title: "A named restore point exists immediately before the migration.",
      method: "live",
      check: { probe: "history/restore-point", target: "environment" },
      records: "name and time of the restore point",
      appliesWhen: ["earlier-release"],
    },
    {
      id: "deploy.database-migration.applied",
      title: "The database schema is exactly the one of this release.",
      method: "live",
      check: { probe: "health/database-schema", finding: "version", target: "environment" },
    },
    {
      id: "deploy.database-migration.data-intact",
      title: "Player data saved before the migration is unchanged after it.",
      method: "live",
      check: { probe: "features/player-state", finding: "read-back", target: "environment" },
      appliesWhen: ["earlier-release"],
    },
  ],
);

const application = defineDerivedSection(
  {
    ...common,
    id: "deploy.application",
    seedSection: "Application deployment",
    count: 6,
    title: "Application",
  },
  [
    {
      id: "deploy.application.policy-passed",
      title: "The update ran with the policy pack, and no mandatory rule was violated.",
      method: "live",
      check: { probe: "history/policy-passed", target: "environment" },
    },
    {
      id: "deploy.application.completed",
      title: "The update completed without an error.",
      method: "live",
      check: { probe: "history/completed", target: "environment" },
      records: "end time and duration",
    },
    {
      id: "deploy.application.image",
      title: "Every server runs the image of this release, compared by digest.",
      method: "live",
      check: { probe: "health/image-digest", target: "environment" },
      appliesWhen: ["kubernetes"],
    },
    {
      id: "deploy.application.ready",
      title: "At least the planned minimum of servers is ready.",
      method: "live",
      check: { probe: "health/readiness", target: "environment" },
    },
    {
      id: "deploy.application.sessions-kept",
      title: "No player was disconnected during the rollout.",
      docs: "docs/reference-server.md",
      method: "live",
      check: { probe: "trend/dropped-sessions", window: "1h", target: "environment" },
      appliesWhen: ["earlier-release"],
    },
    {
      id: "deploy.application.gateway",
      title: "The gateway routes the API and telemetry to the new servers.",
      method: "live",
      check: { probe: "health/gateway-exposure", finding: "routes", target: "environment" },
      appliesWhen: ["kubernetes"],
    },
  ],
);

const monitoring = defineDerivedSection(
  {
    ...common,
    id: "deploy.monitoring",
    seedSection: "Monitoring setup",
    count: 3,
    title: "Monitoring",
    priority: "high",
    owner: "operator",
    docs: "docs/monitoring.md",
    appliesWhen: ["kubernetes"],
  },
  [
    {
      id: "deploy.monitoring.targets",
      title: "Prometheus can reach every scrape target.",
      method: "live",
      check: { probe: "health/scrape-targets", target: "environment" },
    },
    {
      id: "deploy.monitoring.rules",
      title: "Prometheus has loaded every rule of this release without errors.",
      method: "live",
      check: { probe: "health/alert-rules", target: "environment" },
    },
    {
      id: "deploy.monitoring.dashboards",
      title: "Grafana has provisioned the dashboards of this release.",
      method: "live",
      check: { probe: "health/dashboards", finding: "provisioned", target: "environment" },
    },
  ],
);

const smoke = defineDerivedSection(
  {
    ...common,
    id: "deploy.smoke",
    seedSection: "Smoke testing",
    count: 5,
    title: "Smoke tests",
    docs: "docs/verification.md",
  },
  [
    {
      id: "deploy.smoke.health",
      title: "The health endpoint responds through the gateway.",
      method: "live",
      check: { probe: "smoke/health-endpoint", target: "environment" },
    },
    {
      id: "deploy.smoke.websocket",
      title: "A telemetry client connects through the gateway.",
      method: "live",
      check: { probe: "smoke/websocket", target: "environment" },
    },
    {
      id: "deploy.smoke.debug-adapter",
      title: "The debug adapter port cannot be reached from outside.",
      docs: "docs/eks-best-practices.md",
      method: "live",
      check: { probe: "smoke/debug-adapter-closed", target: "environment" },
    },
    {
      id: "deploy.smoke.metrics",
      title: "Metrics are served to Prometheus but not to the public.",
      method: "live",
      check: { probe: "smoke/metrics-endpoint", target: "environment" },
    },
    {
      id: "deploy.smoke.all",
      title: "All ten smoke tests pass within five minutes.",
      method: "live",
      check: { probe: "smoke/*", target: "environment" },
      records: "duration",
    },
  ],
);

const goLive = defineDerivedSection(
  {
    ...common,
    id: "deploy.go-live",
    seedSection: "Go-live",
    count: 2,
    title: "Go-live",
  },
  [
    {
      id: "deploy.go-live.decision",
      title: "The decision based on this checklist is Go, and its risks are listed.",
      method: "static",
      check: { kind: "check", check: "checklist/go-decision" },
    },
    {
      id: "deploy.go-live.traffic",
      title: "The public name serves this release.",
      method: "live",
      check: { probe: "health/public-name", finding: "serves-release", target: "environment" },
      appliesWhen: ["public-name"],
    },
  ],
);

/** Seed document 000 (delivery summary 2.5.0): execution of a deployment. */
export const execution = [preparation, migration, application, monitoring, smoke, goLive];
