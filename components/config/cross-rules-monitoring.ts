import type { Problem } from "../shared/errors.ts";
import type { Rule, Sections } from "./sections.ts";
import { type ConfigPath, subjectOf } from "./subject.ts";

/** Rules across keys about alerts and logs. */
export const MONITORING_RULES: readonly Rule[] = [auditOutlivesLogs, silencesEnd, muteTimesRun];

function problem(path: ConfigPath, value: unknown, rule: string, remedy: string): Problem {
  return { subject: subjectOf(path), value: String(value), rule, remedy };
}

/** Who did what is asked about after what happened is forgotten. */
function auditOutlivesLogs({ stack, file }: Sections): readonly Problem[] {
  const { logs } = stack;
  if (logs?.kind !== "cloudwatch" || logs.auditRetentionDays > logs.retentionDays) return [];
  return [
    problem(
      ["logs", "auditRetentionDays"],
      logs.auditRetentionDays,
      `must be more than retentionDays, which is ${logs.retentionDays}: the audit log is kept apart to be kept longer`,
      `Raise it, or keep the logs for fewer days, in ${file}.`,
    ),
  ];
}

function notificationsOf({ stack }: Sections) {
  return stack.monitoring?.kind === "in-cluster" ? stack.monitoring.notifications : undefined;
}

function silencesEnd(sections: Sections): readonly Problem[] {
  return (notificationsOf(sections)?.silences ?? []).flatMap(({ startsAt, endsAt }, index) =>
    Date.parse(endsAt) > Date.parse(startsAt)
      ? []
      : problem(
          ["monitoring", "notifications", "silences", index, "endsAt"],
          endsAt,
          `must be later than startsAt, which is ${startsAt}`,
          `Correct one of them in ${sections.file}.`,
        ),
  );
}

/** Both are "HH:MM", so their order as texts is their order in the day. */
function muteTimesRun(sections: Sections): readonly Problem[] {
  const muteTimes = notificationsOf(sections)?.muteTimes ?? [];
  const names = muteTimes.map(({ name }) => name);
  return muteTimes.flatMap(({ name, from, to }, index) => {
    const at = (key: string): ConfigPath => ["monitoring", "notifications", "muteTimes", index, key];
    return [
      ...(to > from
        ? []
        : [
            problem(
              at("to"),
              to,
              `must be later than from, which is ${from}`,
              `Split a night at 24:00 into two times, in ${sections.file}.`,
            ),
          ]),
      ...(names.indexOf(name) === index
        ? []
        : [
            problem(
              at("name"),
              name,
              `must be unique, and ${subjectOf(["monitoring", "notifications", "muteTimes", names.indexOf(name), "name"])} has it already`,
              `Rename one of them in ${sections.file}.`,
            ),
          ]),
    ];
  });
}
