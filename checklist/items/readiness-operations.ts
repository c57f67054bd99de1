import { defineDerivedSection } from "../define-section.ts";

const common = { phase: "pre-deployment", timing: "before", priority: "high" } as const;

const monitoring = defineDerivedSection(
  {
    ...common,
    id: "pre.monitoring",
    seedSection: "Monitoring & observability",
    count: 10,
    title: "Monitoring and observability",
    owner: "operator",
    docs: "docs/monitoring.md",
  },
  [
    {
      id: "pre.monitoring.targets",
      title: "Prometheus scrapes every workload that exposes metrics.",
      method: "static",
      check: { kind: "policy" },
      appliesWhen: ["kubernetes"],
    },
    {
      id: "pre.monitoring.alerts-tested",
      title: "Every alert is tested: it fires at its threshold, and not just before.",
      method: "static",
      check: { kind: "check", check: "repository/alert-tests" },
    },
    {
      id: "pre.monitoring.runbooks",
      title: "Every alert links to an existing runbook heading.",
      method: "static",
      check: { kind: "check", check: "repository/runbooks" },
    },
    {
      id: "pre.monitoring.routes-tested",
      title: "Every alert reaches the receiver of its severity.",
      method: "static",
      check: { kind: "check", check: "repository/route-tests" },
    },
    {
      id: "pre.monitoring.receivers",
      title: "Slack, PagerDuty and e-mail receive alerts with the credentials of this environment.",
      method: "static",
      check: { kind: "policy" },
      appliesWhen: ["kubernetes"],
    },
    {
      id: "pre.monitoring.watchdog",
      title: "An always-firing alert shows an external receiver that alerting works.",
      method: "static",
      check: { kind: "policy" },
      appliesWhen: ["kubernetes"],
    },
    {
      id: "pre.monitoring.panel-metrics",
      title: "Every metric in a panel or a rule is emitted by a component that ran in a test.",
      method: "static",
      check: { kind: "check", check: "repository/panel-metrics" },
    },
    {
      id: "pre.monitoring.retention",
      title: "Prometheus stores its data on a volume that is large enough for the retention time.",
      method: "static",
      check: { kind: "policy" },
      records: "retention in days",
      appliesWhen: ["kubernetes"],
    },
    {
      id: "pre.monitoring.logs-shipped",
      title: "Structured logs are shipped off the node, and an alert fires if any are lost.",
      docs: "docs/logging.md",
      method: "static",
      check: { kind: "policy" },
      appliesWhen: ["kubernetes"],
    },
    {
      id: "pre.monitoring.audit-log-apart",
      title: "The audit log is stored separately from the other logs, with a longer retention.",
      owner: "security-reviewer",
      docs: "docs/logging.md",
      method: "static",
      check: { kind: "policy" },
      appliesWhen: ["kubernetes"],
    },
  ],
);

const backup = defineDerivedSection(
  {
    ...common,
    id: "pre.backup",
    seedSection: "Backup & disaster recovery",
    count: 6,
    title: "Backup and disaster recovery",
    priority: "critical",
    owner: "database-administrator",
    docs: "docs/data.md",
  },
  [
    {
      id: "pre.backup.schedules",
      title: "The database, Redis and the secrets are backed up on a schedule.",
      method: "static",
      check: { kind: "policy" },
      appliesWhen: ["kubernetes"],
    },
    {
      id: "pre.backup.bucket",
      title: "Backups are encrypted, versioned and locked against deletion by any principal.",
      method: "static",
      check: { kind: "policy" },
      appliesWhen: ["eks"],
    },
    {
      id: "pre.backup.database-restored",
      title: "The latest database restore was complete, and its duration and data loss were measured.",
      method: "drill",
      check: { drill: "database-restore" },
      appliesWhen: ["own-database"],
    },
    {
      id: "pre.backup.moment-restored",
      title: "The database has been restored to a selected point in time.",
      priority: "high",
      method: "drill",
      check: { drill: "point-in-time-recovery" },
      appliesWhen: ["own-database"],
    },
    {
      id: "pre.backup.redis-restored",
      title: "Sessions have been restored from a Redis backup.",
      priority: "high",
      owner: "operator",
      method: "drill",
      check: { drill: "redis-restore" },
      appliesWhen: ["own-redis"],
    },
    {
      id: "pre.backup.secrets-restored",
      title: "Secrets and certificates have been restored without issuing new certificates.",
      owner: "security-reviewer",
      method: "drill",
      check: { drill: "secrets-restore" },
    },
  ],
);

const testing = defineDerivedSection(
  {
    ...common,
    id: "pre.testing",
    seedSection: "Testing & validation",
    count: 8,
    title: "Testing and validation",
    priority: "critical",
    owner: "quality-engineer",
    docs: "docs/verification.md",
  },
  [
    {
      id: "pre.testing.checks",
      title: "Format, lint, types, import boundaries and generated files of the commit pass their checks.",
      method: "static",
      check: { kind: "check", check: "repository/check" },
    },
    {
      id: "pre.testing.tools-present",
      title: "No test of the commit was skipped because of a missing tool.",
      method: "static",
      check: { kind: "check", check: "repository/tests", finding: "none-skipped" },
    },
    {
      id: "pre.testing.control-plane",
      title: "The program has been deployed, updated and rolled back on a real control plane.",
      method: "static",
      check: { kind: "check", check: "repository/e2e" },
    },
    {
      id: "pre.testing.server-build",
      title: "The server build is a Linux executable with an intact pack and the expected autoloads.",
      owner: "release-engineer",
      method: "static",
      check: { kind: "check", check: "release/server-build" },
    },
    {
      id: "pre.testing.reproducible",
      title: "Two builds of the package are byte-identical.",
      priority: "high",
      owner: "release-engineer",
      method: "static",
      check: { kind: "check", check: "release/reproducible" },
    },
    {
      id: "pre.testing.access-control",
      title: "On staging, a player can do what the role permits and nothing that requires another role.",
      docs: "docs/eks-best-practices.md",
      method: "live",
      check: { probe: "features/access-control", target: "staging" },
    },
    {
      id: "pre.testing.load",
      title: "Staging meets its frame rate, latency and error rate targets under the load profile.",
      priority: "high",
      method: "live",
      check: { probe: "load/profile", target: "staging" },
      records: "requests per second, latency and frame rate",
    },
    {
      id: "pre.testing.rollback",
      title: "A rollback to the previous release was verified within five minutes.",
      owner: "operator",
      docs: "docs/rollback.md",
      method: "drill",
      check: { drill: "rollback" },
    },
  ],
);

/** Seed document 000 (delivery summary 2.5.0): monitoring, backup and tests before a deployment. */
export const readinessOperations = [monitoring, backup, testing];
