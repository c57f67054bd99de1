import { enableSnapshotSchedules } from "../../../policy/rules/aws/enable-snapshot-schedules.ts";
import { requireElasticacheAuthToken } from "../../../policy/rules/aws/require-elasticache-auth-token.ts";
import { requireLogShipping } from "../../../policy/rules/logging/require-log-shipping.ts";
import { requireSeparateAuditLog } from "../../../policy/rules/logging/require-separate-audit-log.ts";
import { GAME, remove, replace, set, unknownAt } from "./changes.ts";
import type { RuleCases } from "./rule-cases.ts";

const SHIPPER = "logging-daemon-set";
const fluentBit = (text: string | RegExp, by: string) =>
  replace("logging-config", "fluent-bit.yaml", text, by);
const rules = (text: string | RegExp, by: string) =>
  replace("monitoring-prometheus-config", "rules.yml", text, by);
const FLUENT_BIT_YAML = 'logging-config data["fluent-bit.yaml"]';
const unknownConfig = unknownAt("logging-config", `data["fluent-bit.yaml"]`);
const DATABASE = "postgres-instance";
const CACHE = "redis-group";

export const loggingCases: readonly RuleCases[] = [
  {
    rule: requireLogShipping,
    violations: [
      {
        title: "the log shipper is missing",
        change: remove(SHIPPER),
        findings: [`${GAME} metadata.name: the deployment has no fluent-bit pods`],
      },
      {
        title: "an output stays on the node",
        change: fluentBit(/name: cloudwatch_logs\n {6}alias: app/g, "name: stdout\n      alias: app"),
        findings: [`${FLUENT_BIT_YAML}: not every output of fluent-bit.yaml leaves the node`],
      },
      {
        title: "there are no outputs",
        change: fluentBit(/ {2}outputs:[\s\S]*/g, ""),
        findings: [`${FLUENT_BIT_YAML}: not every output of fluent-bit.yaml leaves the node`],
      },
      {
        title: "no alert fires on dropped records",
        change: rules(/fluentbit_output_dropped_records_total/g, "other_total"),
        findings: [
          'monitoring-prometheus-config data["rules.yml"]: no alert has an expression over fluentbit_output_dropped_records_total',
        ],
      },
    ],
    notApplicable: { plan: "package" },
    unknown: [unknownConfig, unknownAt("monitoring-prometheus-config", `data["rules.yml"]`)],
  },
  {
    rule: requireSeparateAuditLog,
    compliant: [
      {
        title: "Loki streams with labels of their own",
        change: fluentBit(
          / {2}outputs:[\s\S]*/g,
          "  outputs:\n    - { name: loki, match: 'containers.*', labels: stream=app }\n    - { name: loki, match: 'audit.*', labels: stream=audit, retry_limit: no_limits }\n",
        ),
      },
    ],
    violations: [
      {
        title: "the audit log has no output",
        change: fluentBit("match: audit.*", "match: other.*"),
        findings: [`${FLUENT_BIT_YAML}: fluent-bit.yaml has no separate output for the audit log`],
      },
      {
        title: "the audit log goes to the group of the other logs",
        change: fluentBit("/spacetime-vr/production/audit", "/spacetime-vr/production/app"),
        findings: [`${FLUENT_BIT_YAML}: the audit log has the destination of the other logs`],
      },
      {
        title: "the audit log is not retained longer",
        change: fluentBit("log_retention_days: 365", "log_retention_days: 90"),
        findings: [`${FLUENT_BIT_YAML}: the audit log is not retained longer than the other logs`],
      },
      {
        title: "audit records are dropped",
        change: fluentBit("retry_limit: no_limits", "retry_limit: 3"),
        findings: [`${FLUENT_BIT_YAML}: audit records are dropped after failed retries`],
      },
    ],
    notApplicable: { plan: "package" },
    unknown: [unknownConfig],
  },
  {
    rule: requireSeparateAuditLog,
    plan: "production",
    violations: [
      {
        title: "the log group of the audit log is not retained longer",
        change: set("logging-cloud-audit", "retentionInDays", 90),
        findings: [`${FLUENT_BIT_YAML}: the audit log is not retained longer than the other logs`],
      },
    ],
    notApplicable: { plan: "local" },
    unknown: [unknownAt("logging-cloud-audit", "retentionInDays")],
  },
  {
    rule: enableSnapshotSchedules,
    plan: "production",
    violations: [
      {
        title: "the database is not backed up",
        change: set(DATABASE, "backupRetentionPeriod", 0),
        findings: [`${DATABASE} backupRetentionPeriod: no backups are retained`],
      },
      {
        title: "the cache has no snapshots and no window",
        change: (draft) => {
          delete draft.inputs(CACHE).snapshotRetentionLimit;
          delete draft.inputs(CACHE).snapshotWindow;
        },
        findings: [
          `${CACHE} snapshotRetentionLimit: no backups are retained`,
          `${CACHE} snapshotWindow: no backup window is set`,
        ],
      },
    ],
    notApplicable: { plan: "package" },
    unknown: [unknownAt(DATABASE, "backupWindow"), unknownAt(CACHE, "snapshotRetentionLimit")],
  },
  {
    rule: requireElasticacheAuthToken,
    plan: "production",
    violations: [
      {
        title: "the cache has no token",
        change: set(CACHE, "authToken", undefined),
        findings: [`${CACHE} authToken: the cache requires no password`],
      },
    ],
    notApplicable: { plan: "package" },
    unknown: [unknownAt(CACHE, "authToken")],
  },
];
