import type { Problem } from "../../shared/errors.ts";
import { type ConfigPath, formatConfigPath } from "../config-path.ts";
import { type CrossFieldInput, type CrossFieldRule, createProblem } from "./cross-field-rule.ts";

/** Cross-field rules for alerts and logs. */
export const MONITORING_RULES: readonly CrossFieldRule[] = [
  requireLongerAuditRetention,
  requireSilenceEndAfterStart,
  validateMuteTimes,
];

/** Audits look at events that are older than the logs. */
function requireLongerAuditRetention({ stack, file }: CrossFieldInput): readonly Problem[] {
  const { logs } = stack;
  if (logs?.kind !== "cloudwatch" || logs.auditRetentionDays > logs.retentionDays) return [];
  return [
    createProblem(
      ["logs", "auditRetentionDays"],
      logs.auditRetentionDays,
      `must be greater than retentionDays, which is ${logs.retentionDays}: audit logs are kept longer than other logs`,
      `Raise it, or lower retentionDays, in ${file}.`,
    ),
  ];
}

function notificationsConfig({ stack }: CrossFieldInput) {
  return stack.monitoring?.kind === "in-cluster" ? stack.monitoring.notifications : undefined;
}

function requireSilenceEndAfterStart(sections: CrossFieldInput): readonly Problem[] {
  return (notificationsConfig(sections)?.silences ?? []).flatMap(({ startsAt, endsAt }, index) =>
    Date.parse(endsAt) > Date.parse(startsAt)
      ? []
      : createProblem(
          ["monitoring", "notifications", "silences", index, "endsAt"],
          endsAt,
          `must be later than startsAt, which is ${startsAt}`,
          `Correct one of them in ${sections.file}.`,
        ),
  );
}

/** Both times are "HH:MM", so string comparison orders them correctly. */
function validateMuteTimes(sections: CrossFieldInput): readonly Problem[] {
  const muteTimes = notificationsConfig(sections)?.muteTimes ?? [];
  const names = muteTimes.map(({ name }) => name);
  return muteTimes.flatMap(({ name, from, to }, index) => {
    const at = (key: string): ConfigPath => ["monitoring", "notifications", "muteTimes", index, key];
    return [
      ...(to > from
        ? []
        : [
            createProblem(
              at("to"),
              to,
              `must be later than from, which is ${from}`,
              `Split an interval that crosses midnight into two, in ${sections.file}.`,
            ),
          ]),
      ...(names.indexOf(name) === index
        ? []
        : [
            createProblem(
              at("name"),
              name,
              `must be unique, but ${formatConfigPath(["monitoring", "notifications", "muteTimes", names.indexOf(name), "name"])} has the same value`,
              `Rename one of them in ${sections.file}.`,
            ),
          ]),
    ];
  });
}
