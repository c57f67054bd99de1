import { defineSeedSection } from "../define-section.ts";

const common = { document: "003", phase: "pre-deployment", timing: "before", priority: "high" } as const;

const scenes = defineSeedSection(
  {
    ...common,
    id: "pre.high.scenes",
    line: 51,
    title: "Scene whitelist",
    owner: "security-reviewer",
    docs: "docs/reference-server.md",
  },
  [
    {
      id: "pre.high.scenes.only-needed",
      line: 52,
      title: "The scene whitelist contains single scenes only, and in production only the main scene.",
      method: "static",
      check: { kind: "policy" },
    },
    {
      id: "pre.high.scenes.main-scene",
      line: 53,
      title: "The main scene is on the scene whitelist.",
      method: "static",
      check: { kind: "policy" },
    },
    {
      id: "pre.high.scenes.no-test-scenes",
      line: 54,
      title: "Outside local, the scene whitelist contains no test or debug scenes.",
      method: "static",
      check: { kind: "policy" },
    },
    {
      id: "pre.high.scenes.blacklist",
      line: 55,
      title: "The scene blacklist contains the addons, the .godot folder and the test framework.",
      method: "static",
      check: { kind: "policy" },
    },
  ],
);

const logs = defineSeedSection(
  {
    ...common,
    id: "pre.high.logs",
    line: 57,
    title: "Log files",
    owner: "release-engineer",
  },
  [
    {
      id: "pre.high.logs.reviewed",
      line: 58,
      title: "The source tree contains no log files.",
      method: "static",
      check: { kind: "check", check: "repository/no-log-files" },
    },
    {
      id: "pre.high.logs.deleted",
      line: 59,
      title: "The release contains no log files.",
      method: "static",
      check: { kind: "check", check: "release/no-log-files" },
    },
    {
      id: "pre.high.logs.ignored",
      line: 60,
      title: "Git ignores log files.",
      method: "static",
      check: { kind: "check", check: "repository/ignore-rules", finding: "log-files" },
    },
  ],
);

const auditLogging = defineSeedSection(
  {
    ...common,
    id: "pre.high.audit-logging",
    line: 62,
    title: "Audit logging",
    owner: "security-reviewer",
    docs: "docs/logging.md",
  },
  [
    {
      id: "pre.high.audit-logging.state-known",
      line: 63,
      title: "GODOT_AUDIT_ENABLED is set explicitly to true or false.",
      method: "static",
      check: { kind: "policy" },
      records: "on or off",
    },
    {
      id: "pre.high.audit-logging.accepted",
      line: 64,
      title: "The audit logging setting is acceptable for this deployment.",
      method: "human",
      check: { evidence: "the reason for the answer", accepts: ["yes"] },
      choices: ["yes", "no"],
    },
    {
      id: "pre.high.audit-logging.alternative",
      line: 65,
      title: "Shipped logs record who changed what, even if audit logging is off.",
      method: "static",
      check: { kind: "policy" },
    },
  ],
);

const monitoring = defineSeedSection(
  {
    ...common,
    id: "pre.high.monitoring",
    line: 67,
    title: "Monitoring",
    owner: "operator",
    docs: "docs/monitoring.md",
    appliesWhen: ["kubernetes"],
  },
  [
    {
      id: "pre.high.monitoring.prometheus",
      line: 68,
      title: "The deployment includes Prometheus.",
      method: "static",
      check: { kind: "policy" },
    },
    {
      id: "pre.high.monitoring.grafana",
      line: 69,
      title: "The deployment includes Grafana with Prometheus as its data source.",
      method: "static",
      check: { kind: "policy" },
    },
    {
      id: "pre.high.monitoring.health-alerts",
      line: 70,
      title: "An alert fires within five minutes after a server stops responding to health checks.",
      method: "static",
      check: { kind: "policy" },
    },
    {
      id: "pre.high.monitoring.error-alerts",
      line: 71,
      title: "An alert fires when the HTTP error rate rises.",
      method: "static",
      check: { kind: "policy" },
    },
    {
      id: "pre.high.monitoring.dashboards",
      line: 72,
      title: "Grafana provisions the dashboards automatically; no manual import is needed.",
      method: "static",
      check: { kind: "policy" },
    },
  ],
);

const training = defineSeedSection(
  {
    ...common,
    id: "pre.high.training",
    line: 74,
    title: "Team training",
    owner: "devops-lead",
  },
  [
    {
      id: "pre.high.training.procedures",
      line: 75,
      title: "Everyone who may deploy has read the deployment guide of this release.",
      method: "human",
      check: { evidence: "names, and the release of the guide" },
    },
    {
      id: "pre.high.training.health-monitoring",
      line: 76,
      title: "Everyone on call has diagnosed a fault with the dashboards and runbooks.",
      method: "human",
      check: { evidence: "names, and the date of the session" },
    },
    {
      id: "pre.high.training.troubleshooting",
      line: 77,
      title: "The team has found the cause of an injected fault.",
      method: "drill",
      check: { drill: "incident-exercise" },
    },
    {
      id: "pre.high.training.rollback",
      line: 78,
      title: "The team has rolled back an environment and verified it.",
      docs: "docs/rollback.md",
      method: "drill",
      check: { drill: "rollback" },
    },
  ],
);

/** Seed document 003 (deployment checklist 1.0.0): high-priority items before a deployment. */
export const preDeploymentHigh = [scenes, logs, auditLogging, monitoring, training];
