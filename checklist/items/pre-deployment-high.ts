import { defineSeedSection } from "../define-section.ts";

const common = { document: "003", phase: "pre-deployment", timing: "before", priority: "high" } as const;

const scenes = defineSeedSection(
  {
    ...common,
    id: "pre.high.scenes",
    line: 51,
    title: "Scene whitelist",
    owner: "security-reviewer",
    docs: "docs/guides/game-server.md#scene-whitelist",
  },
  [
    {
      id: "pre.high.scenes.only-needed",
      line: 52,
      title: "The whitelist names single scenes the environment needs, never a folder or a pattern.",
      method: "static",
      check: { prover: "policy" },
    },
    {
      id: "pre.high.scenes.main-scene",
      line: 53,
      title: "The main VR scene can be loaded.",
      method: "static",
      check: { prover: "policy" },
    },
    {
      id: "pre.high.scenes.no-test-scenes",
      line: 54,
      title: "No test or debug scene can be loaded in production.",
      method: "static",
      check: { prover: "policy" },
    },
    {
      id: "pre.high.scenes.blacklist",
      line: 55,
      title:
        "Addons, the editor's own folder and the test framework stay unloadable whatever the whitelist says.",
      method: "static",
      check: { prover: "policy" },
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
    docs: "docs/guides/release.md#what-stays-out",
  },
  [
    {
      id: "pre.high.logs.reviewed",
      line: 58,
      title: "No log file lies in the source tree unnoticed.",
      method: "static",
      check: { prover: "named", check: "repository/no-log-files" },
    },
    {
      id: "pre.high.logs.deleted",
      line: 59,
      title: "No log file travels with the release.",
      method: "static",
      check: { prover: "named", check: "release/no-log-files" },
    },
    {
      id: "pre.high.logs.ignored",
      line: 60,
      title: "Git ignores log files, so that none is committed by accident.",
      method: "static",
      check: { prover: "named", check: "repository/ignore-rules", finding: "log-files" },
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
    docs: "docs/guides/logging.md#audit-log",
  },
  [
    {
      id: "pre.high.audit-logging.state-known",
      line: 63,
      title: "Whether this environment writes an audit log is read from its plan, not from memory.",
      method: "static",
      check: { prover: "policy" },
      records: "on or off",
    },
    {
      id: "pre.high.audit-logging.accepted",
      line: 64,
      title: "The state of audit logging is acceptable for this deployment.",
      method: "human",
      check: { evidence: "the reason for the answer", accepts: ["yes"] },
      choices: ["yes", "no"],
    },
    {
      id: "pre.high.audit-logging.alternative",
      line: 65,
      title: "Who changed what stays on record through shipped logs even where the audit log is off.",
      method: "static",
      check: { prover: "policy" },
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
    docs: "docs/guides/monitoring.md#what-is-deployed",
    appliesWhen: ["kubernetes"],
  },
  [
    {
      id: "pre.high.monitoring.prometheus",
      line: 68,
      title: "Prometheus is part of the deployment.",
      method: "static",
      check: { prover: "policy" },
    },
    {
      id: "pre.high.monitoring.grafana",
      line: 69,
      title: "Grafana is part of the deployment and reads from that Prometheus.",
      method: "static",
      check: { prover: "policy" },
    },
    {
      id: "pre.high.monitoring.health-alerts",
      line: 70,
      title: "A server that stops answering its health check raises an alert within five minutes.",
      docs: "docs/guides/monitoring.md#alerts",
      method: "static",
      check: { prover: "policy" },
    },
    {
      id: "pre.high.monitoring.error-alerts",
      line: 71,
      title: "A rising share of failed requests raises an alert.",
      docs: "docs/guides/monitoring.md#alerts",
      method: "static",
      check: { prover: "policy" },
    },
    {
      id: "pre.high.monitoring.dashboards",
      line: 72,
      title: "Grafana provisions the dashboards automatically; no manual import is needed.",
      docs: "docs/guides/monitoring.md#dashboards",
      method: "static",
      check: { prover: "policy" },
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
    docs: "docs/guides/checklist.md#training",
  },
  [
    {
      id: "pre.high.training.procedures",
      line: 75,
      title: "Everyone who may deploy has read the deployment guide of this release.",
      method: "human",
      check: { evidence: "names and the release they read" },
    },
    {
      id: "pre.high.training.health-monitoring",
      line: 76,
      title: "Everyone on call has found a given fault with the dashboards and runbooks.",
      method: "human",
      check: { evidence: "names and the date of the session" },
    },
    {
      id: "pre.high.training.troubleshooting",
      line: 77,
      title: "The team has traced an injected fault to its cause.",
      method: "drill",
      check: { drill: "incident-exercise" },
    },
    {
      id: "pre.high.training.rollback",
      line: 78,
      title: "The team has rolled an environment back and verified it.",
      docs: "docs/guides/rollback.md#rehearsal",
      method: "drill",
      check: { drill: "rollback" },
    },
  ],
);

/** Seed document 003 (deployment checklist 1.0.0): what should hold before a deployment. */
export const preDeploymentHigh = [scenes, logs, auditLogging, monitoring, training];
