import { DEPLOYED_ENVIRONMENTS, defineSeedSection, RELEASE_ENVIRONMENTS } from "../define-section.ts";

const common = { document: "003", phase: "pre-deployment", timing: "before", priority: "high" } as const;

const scenes = defineSeedSection(
  {
    ...common,
    id: "pre.high.scenes",
    docs: "docs/configuration.md#the-game-servers-variables",
    line: 51,
    title: "Scene whitelist",
    owner: "security-reviewer",
  },
  [
    {
      id: "pre.high.scenes.only-needed",
      line: 52,
      title: "The scene whitelist contains single scenes only, and in production only the main scene.",
      remediation: "Remove patterns and unneeded scenes from GODOT_SCENE_WHITELIST.",
      method: "static",
      check: { kind: "policy" },
    },
    {
      id: "pre.high.scenes.main-scene",
      line: 53,
      title: "The main scene is on the scene whitelist.",
      remediation: "Add res://vr_main.tscn to GODOT_SCENE_WHITELIST.",
      method: "static",
      check: { kind: "policy" },
    },
    {
      id: "pre.high.scenes.no-test-scenes",
      line: 54,
      title: "Outside local, the scene whitelist contains no test or debug scenes.",
      remediation: "Remove the test and debug scenes from GODOT_SCENE_WHITELIST.",
      environments: DEPLOYED_ENVIRONMENTS,
      method: "static",
      check: { kind: "policy" },
    },
    {
      id: "pre.high.scenes.blacklist",
      line: 55,
      title: "The scene blacklist contains the addons, the .godot folder and the test framework.",
      remediation:
        "Restore res://addons/, res://.godot/ and the folders of gdUnit4 in GODOT_SCENE_BLACKLIST.",
      method: "static",
      check: { kind: "policy" },
    },
  ],
);

const logs = defineSeedSection(
  {
    ...common,
    id: "pre.high.logs",
    docs: "docs/readiness.md#log-files",
    line: 57,
    title: "Log files",
    owner: "release-engineer",
  },
  [
    {
      id: "pre.high.logs.reviewed",
      line: 58,
      title: "The source tree contains no log files.",
      remediation: "Delete the log files that are listed, and rotate every secret that one of them contains.",
      method: "static",
      check: { kind: "check", check: "repository/no-log-files" },
    },
    {
      id: "pre.high.logs.deleted",
      line: 59,
      title: "The release contains no log files.",
      remediation: "Delete the log files from the Godot project, and export and package it again.",
      environments: DEPLOYED_ENVIRONMENTS,
      method: "static",
      check: { kind: "check", check: "release/no-log-files" },
    },
    {
      id: "pre.high.logs.ignored",
      line: 60,
      title: "Git ignores log files.",
      remediation: "Add *.log to .gitignore.",
      method: "static",
      check: { kind: "check", check: "repository/ignore-rules", finding: "log-files" },
    },
  ],
);

const auditLogging = defineSeedSection(
  {
    ...common,
    id: "pre.high.audit-logging",
    docs: "docs/logging.md#audit-log",
    line: 62,
    title: "Audit logging",
    owner: "security-reviewer",
  },
  [
    {
      id: "pre.high.audit-logging.state-known",
      line: 63,
      title: "GODOT_AUDIT_ENABLED is set explicitly to true or false.",
      remediation: "Set GODOT_AUDIT_ENABLED to true or false in gameServer.variables.",
      method: "static",
      check: { kind: "policy" },
      records: "on or off",
    },
    {
      id: "pre.high.audit-logging.accepted",
      line: 64,
      title: "The audit logging setting is acceptable for this deployment.",
      remediation:
        "Enable GODOT_AUDIT_ENABLED, or have the security reviewer sign why the deployment may run without it.",
      environments: RELEASE_ENVIRONMENTS,
      method: "human",
      check: { evidence: "the reason for the answer", accepts: ["yes"] },
      choices: ["yes", "no"],
    },
    {
      id: "pre.high.audit-logging.alternative",
      line: 65,
      title:
        "The gateway logs the client, method, path and status of every request, even if audit logging is off.",
      remediation: "Enable GODOT_AUDIT_ENABLED, or restore the fields of the gateway's JSON access log.",
      method: "static",
      check: { kind: "policy" },
    },
  ],
);

const monitoring = defineSeedSection(
  {
    ...common,
    id: "pre.high.monitoring",
    docs: "docs/monitoring.md#monitoring",
    line: 67,
    title: "Monitoring",
    owner: "operator",
    appliesWhen: ["kubernetes"],
  },
  [
    {
      id: "pre.high.monitoring.prometheus",
      line: 68,
      title: "The deployment includes Prometheus.",
      remediation: "Restore components/monitoring/prometheus in index.ts; set monitoring.kind to in-cluster.",
      method: "static",
      check: { kind: "policy" },
    },
    {
      id: "pre.high.monitoring.grafana",
      line: 69,
      title: "The deployment includes Grafana with Prometheus as its data source.",
      remediation: "Restore Grafana and its data source in components/monitoring/grafana.",
      method: "static",
      check: { kind: "policy" },
    },
    {
      id: "pre.high.monitoring.health-alerts",
      line: 70,
      title: "An alert fires within five minutes after a server stops responding to health checks.",
      remediation: "Restore the alert GameServerDown with a delay of at most five minutes.",
      docs: "docs/runbooks/game-server.md#gameserverdown",
      method: "static",
      check: { kind: "policy" },
    },
    {
      id: "pre.high.monitoring.error-alerts",
      line: 71,
      title: "An alert fires when the HTTP error rate rises.",
      remediation: "Restore the alert HttpErrorsHigh in components/monitoring/rules/alerts.",
      docs: "docs/runbooks/gateway.md#httperrorshigh",
      method: "static",
      check: { kind: "policy" },
    },
    {
      id: "pre.high.monitoring.dashboards",
      line: 72,
      title: "Grafana provisions the dashboards automatically; no manual import is needed.",
      remediation: "Restore the dashboard provider and the dashboard ConfigMaps of Grafana.",
      docs: "docs/monitoring.md#dashboards",
      method: "static",
      check: { kind: "policy" },
    },
  ],
);

const training = defineSeedSection(
  {
    ...common,
    id: "pre.high.training",
    docs: "docs/readiness.md#the-team",
    environments: RELEASE_ENVIRONMENTS,
    line: 74,
    title: "Team training",
    owner: "devops-lead",
  },
  [
    {
      id: "pre.high.training.procedures",
      line: 75,
      title: "Everyone who may deploy has read the deployment guide of this release.",
      remediation:
        "Have everyone who may deploy read docs/deploy.md of this release, and record their names.",
      method: "human",
      check: { evidence: "names, and the release of the guide" },
    },
    {
      id: "pre.high.training.health-monitoring",
      line: 76,
      title: "Everyone on call has diagnosed a fault with the dashboards and runbooks.",
      remediation:
        "Hold a session in which each on-call engineer follows an alert to its runbook, and record the date.",
      method: "human",
      check: { evidence: "names, and the date of the session" },
    },
    {
      id: "pre.high.training.troubleshooting",
      line: 77,
      title: "The team has found the cause of an injected fault.",
      remediation: "Inject a fault on staging, have the team find its cause, and record the time it took.",
      method: "drill",
      check: { drill: "incident-exercise" },
    },
  ],
);

/** Seed document 003 (deployment checklist 1.0.0): high-priority items before a deployment. */
export const preDeploymentHigh = [scenes, logs, auditLogging, monitoring, training];
