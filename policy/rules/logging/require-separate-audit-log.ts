import type { PolicyContext } from "../../context.ts";
import { AWS_TYPES } from "../../lib/aws.ts";
import { monitoringRule } from "../../lib/monitoring-rule.ts";
import { yamlAt, yamlList, yamlText } from "../../lib/yaml-files.ts";

/** What distinguishes the destination of an output: a CloudWatch log group, or the labels of Loki's streams. */
function destinationOf(output: unknown): string {
  return yamlText(output, "log_group_name") || yamlText(output, "labels");
}

/** The retention of a CloudWatch output in days, from the output or from its log group. */
function retentionDays(output: unknown, context: PolicyContext): number | undefined {
  const days = yamlAt(output, "log_retention_days");
  if (typeof days === "number") return days;
  const group = context
    .ofType(AWS_TYPES.logGroup)
    .find((candidate) => candidate.at("name").text === yamlText(output, "log_group_name"));
  return group?.at("retentionInDays").number;
}

function auditLogProblems(config: unknown, context: PolicyContext): readonly string[] {
  const outputs = yamlList(config, "pipeline", "outputs");
  const audit = outputs.find((output) => yamlText(output, "match").startsWith("audit."));
  const other = outputs.find((output) => output !== audit);
  if (audit === undefined || other === undefined)
    return ["fluent-bit.yaml has no separate output for the audit log"];
  const isCloudWatch = yamlText(audit, "name") === "cloudwatch_logs";
  const [kept = 0, others = Number.POSITIVE_INFINITY] = [audit, other].map((output) =>
    retentionDays(output, context),
  );
  return [
    ...(destinationOf(audit) !== destinationOf(other)
      ? []
      : ["the audit log has the destination of the other logs"]),
    ...(yamlText(audit, "retry_limit") === "no_limits"
      ? []
      : ["audit records are dropped after failed retries"]),
    ...(!isCloudWatch || kept > others ? [] : ["the audit log is not retained longer than the other logs"]),
  ];
}

export const requireSeparateAuditLog = monitoringRule({
  name: "require-separate-audit-log",
  items: ["pre.monitoring.audit-log-apart"],
  description:
    "The audit log has a destination of its own, and CloudWatch retains it longer than the other logs.",
  explanation:
    "An investigation months later needs the audit log, and the other logs' retention would have deleted it.",
  remediation:
    "Set logs.auditRetentionDays above logs.retentionDays, and keep the audit output of fluent-bit-config.ts.",
  environments: ["staging", "production"],
  workload: "fluent-bit",
  file: "fluent-bit.yaml",
  problems: (config, _pod, context) => auditLogProblems(config, context),
});
