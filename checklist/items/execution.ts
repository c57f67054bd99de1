import { DEPLOYED_ENVIRONMENTS, defineDerivedSection, RELEASE_ENVIRONMENTS } from "../define-section.ts";

const common = {
  phase: "deployment",
  timing: "deployment",
  priority: "critical",
  owner: "deployment-engineer",
} as const;

const preparation = defineDerivedSection(
  {
    ...common,
    id: "deploy.preparation",
    docs: "docs/deploy.md#what-up-does",
    seedSection: "Pre-deployment",
    count: 5,
    title: "Preparation",
    timing: "two-hours-before",
  },
  [
    {
      id: "deploy.preparation.package",
      title: "The package to be deployed matches its checksums.",
      remediation: "Copy the package again, and compare its checksums.",
      docs: "docs/readiness.md#the-release",
      environments: DEPLOYED_ENVIRONMENTS,
      method: "static",
      check: { kind: "check", check: "release/checksums" },
    },
    {
      id: "deploy.preparation.clean-tree",
      title: "The deployment runs from a commit, in a clean work tree.",
      remediation: "Commit or discard the changes that `git status` lists.",
      method: "static",
      check: { kind: "check", check: "repository/committed", finding: "clean" },
    },
    {
      id: "deploy.preparation.preview",
      title: "The tech lead has reviewed what the preview creates, replaces and deletes.",
      remediation:
        "Run `npm run preview -- <environment>`, and have the tech lead explain each replacement and deletion.",
      docs: "docs/plan.md#what-a-change-does---diff",
      environments: RELEASE_ENVIRONMENTS,
      owner: "tech-lead",
      method: "human",
      check: { evidence: "the preview's counts, and every replacement and deletion in it" },
    },
    {
      id: "deploy.preparation.backup",
      title: "The latest backups of the database, Redis and the secrets are within their schedules.",
      remediation: "Start the overdue backup, and wait until it is complete.",
      docs: "docs/runbooks/backup.md#backupoverdue",
      environments: DEPLOYED_ENVIRONMENTS,
      method: "live",
      check: { probe: "health/backups", finding: "all-recent", target: "environment" },
      appliesWhen: ["earlier-release"],
    },
    {
      id: "deploy.preparation.rollback-target",
      title: "A verified update exists as a rollback target.",
      remediation: "Verify the running update with `npm run verify`, so that it becomes a rollback target.",
      docs: "docs/rollback.md#the-target",
      environments: DEPLOYED_ENVIRONMENTS,
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
    docs: "docs/readiness.md#database-migrations",
    seedSection: "Database migration",
    count: 4,
    title: "Database migration",
    owner: "database-administrator",
    appliesWhen: ["own-database"],
  },
  [
    {
      id: "deploy.database-migration.compatible",
      title: "The previous release works with the new schema, so a rollback needs no downgrade.",
      remediation: "Split the migration: add first, and remove in a later release.",
      method: "static",
      check: { kind: "check", check: "repository/schema-compatibility" },
    },
    {
      id: "deploy.database-migration.restore-point",
      title: "A named restore point exists immediately before the migration.",
      remediation: "Create a snapshot of the database before the migration, and record its name.",
      environments: DEPLOYED_ENVIRONMENTS,
      method: "live",
      check: { probe: "history/restore-point", target: "environment" },
      records: "name and time of the restore point",
      appliesWhen: ["earlier-release"],
    },
    {
      id: "deploy.database-migration.applied",
      title: "The database schema is exactly the one of this release.",
      remediation: "Read the log of the first game server; it applies the migrations at its start.",
      method: "live",
      check: { probe: "health/database-schema", finding: "version", target: "environment" },
    },
    {
      id: "deploy.database-migration.data-intact",
      title: "Player data saved before the migration is unchanged after it.",
      remediation: "Roll back, and restore the database to the restore point if data was changed.",
      environments: DEPLOYED_ENVIRONMENTS,
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
    docs: "docs/deploy.md#what-up-does",
    seedSection: "Application deployment",
    count: 6,
    title: "Application",
  },
  [
    {
      id: "deploy.application.policy-passed",
      title: "The update ran with the policy pack, and no mandatory rule was violated.",
      remediation:
        "Correct the violated rules, or add a waiver to policy/config.yaml, and run `npm run up` again.",
      docs: "docs/policy.md#the-report",
      method: "live",
      check: { probe: "history/policy-passed", target: "environment" },
    },
    {
      id: "deploy.application.completed",
      title: "The update completed without an error.",
      remediation: "Read the error of the update, and run `npm run up` again or roll back.",
      docs: "docs/deploy.md#troubleshooting",
      method: "live",
      check: { probe: "history/completed", target: "environment" },
      records: "end time and duration",
    },
    {
      id: "deploy.application.image",
      title: "Every server runs the image of this release, compared by digest.",
      remediation: "Run `npm run up` again; another tool may have changed the image.",
      docs: "docs/runbooks/game-server.md#gameserverversionsmixed",
      method: "live",
      check: { probe: "health/image-digest", target: "environment" },
      appliesWhen: ["kubernetes"],
    },
    {
      id: "deploy.application.ready",
      title: "At least the planned minimum of servers is ready.",
      remediation: "Read the log of the server that is not ready, and roll back if players are affected.",
      docs: "docs/runbooks/game-server.md#gameservernotready",
      method: "live",
      check: { probe: "health/readiness", target: "environment" },
    },
    {
      id: "deploy.application.sessions-kept",
      title: "No player was disconnected during the rollout.",
      remediation: "Raise gameServer.drainSeconds and the deregistration delay of the gateway.",
      docs: "docs/load.md#sessions-through-a-deployment",
      environments: DEPLOYED_ENVIRONMENTS,
      method: "live",
      check: { probe: "trend/dropped-sessions", window: "1h", target: "environment" },
      appliesWhen: ["earlier-release"],
    },
    {
      id: "deploy.application.gateway",
      title: "The gateway routes the API and telemetry to the new servers.",
      remediation: "Read the log of the gateway, and check its upstream addresses.",
      docs: "docs/runbooks/gateway.md#gatewaydown",
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
    docs: "docs/monitoring.md#monitoring",
    seedSection: "Monitoring setup",
    count: 3,
    title: "Monitoring",
    priority: "high",
    owner: "operator",
    appliesWhen: ["kubernetes"],
  },
  [
    {
      id: "deploy.monitoring.targets",
      title: "Prometheus can reach every scrape target.",
      remediation: "Open the target in Prometheus, and read its last error.",
      docs: "docs/runbooks/monitoring.md#targetdown",
      method: "live",
      check: { probe: "health/scrape-targets", target: "environment" },
    },
    {
      id: "deploy.monitoring.rules",
      title: "Prometheus has loaded every rule of this release without errors.",
      remediation: "Read the log of Prometheus; promtool names the rejected rule.",
      docs: "docs/runbooks/monitoring.md#prometheusconfigrejected",
      method: "live",
      check: { probe: "health/alert-rules", target: "environment" },
    },
    {
      id: "deploy.monitoring.dashboards",
      title: "Grafana has provisioned the dashboards of this release.",
      remediation: "Read the log of Grafana; it names the dashboard that it could not provision.",
      docs: "docs/runbooks/monitoring.md#grafanadown",
      method: "live",
      check: { probe: "health/dashboards", finding: "provisioned", target: "environment" },
    },
  ],
);

const smoke = defineDerivedSection(
  {
    ...common,
    id: "deploy.smoke",
    docs: "docs/verification.md#what-each-suite-adds",
    seedSection: "Smoke testing",
    count: 5,
    title: "Smoke tests",
  },
  [
    {
      id: "deploy.smoke.health",
      title: "The health endpoint responds through the gateway.",
      remediation:
        "Send the request to a game server directly, to see whether the gateway or the server fails.",
      docs: "docs/runbooks/gateway.md#publicendpointdown",
      method: "live",
      check: { probe: "smoke/health-endpoint", target: "environment" },
    },
    {
      id: "deploy.smoke.websocket",
      title: "A telemetry client connects through the gateway.",
      remediation:
        "Send the handshake to a game server directly, to see whether the gateway or the server fails.",
      docs: "docs/runbooks/gateway.md#telemetryendpointdown",
      method: "live",
      check: { probe: "smoke/websocket", target: "environment" },
    },
    {
      id: "deploy.smoke.debug-adapter",
      title: "The debug adapter port cannot be reached from outside.",
      remediation: "Close port 6006 in the Service, the load balancer and the firewall.",
      method: "live",
      check: { probe: "smoke/debug-adapter-closed", target: "environment" },
    },
    {
      id: "deploy.smoke.metrics",
      title: "Metrics are served to Prometheus but not to the public.",
      remediation: "Restore the gateway's rule that denies /metrics, and the scrape token of Prometheus.",
      docs: "docs/monitoring.md#access-control",
      method: "live",
      check: { probe: "smoke/metrics-endpoint", target: "environment" },
    },
    {
      id: "deploy.smoke.all",
      title: "All ten smoke tests pass within five minutes.",
      remediation: "Run `npm run smoke -- <environment>`, and follow the remedy of each failed check.",
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
    docs: "docs/readiness.md#the-decision",
    seedSection: "Go-live",
    count: 2,
    title: "Go-live",
  },
  [
    {
      id: "deploy.go-live.decision",
      title: "The decision based on this checklist is Go, and its risks are listed.",
      remediation: "Close the blocking items that the decision lists, or postpone the deployment.",
      environments: RELEASE_ENVIRONMENTS,
      method: "static",
      check: { kind: "check", check: "checklist/go-decision" },
    },
    {
      id: "deploy.go-live.traffic",
      title: "The public name serves this release.",
      remediation: "Correct the DNS record, or wait until the old address has expired from caches.",
      docs: "docs/runbooks/gateway.md#publicendpointdown",
      environments: DEPLOYED_ENVIRONMENTS,
      method: "live",
      check: { probe: "health/public-name", finding: "serves-release", target: "environment" },
      appliesWhen: ["public-name"],
    },
  ],
);

/** Seed document 000 (delivery summary 2.5.0): execution of a deployment. */
export const execution = [preparation, migration, application, monitoring, smoke, goLive];
