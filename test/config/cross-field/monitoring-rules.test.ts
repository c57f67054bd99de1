import { expect, test } from "@jest/globals";
import { parseConfig } from "../../../components/config/load-config.ts";
import { InputError } from "../../../components/shared/errors.ts";
import { filledRawConfig, type Values } from "../../support/filled-config.ts";

function problemsOf(change: (values: Values) => void): readonly { subject: string; rule: string }[] {
  try {
    parseConfig(filledRawConfig("production", change));
    return [];
  } catch (error) {
    if (error instanceof InputError) return error.problems;
    throw error;
  }
}

const silence = (startsAt: string, endsAt: string) => ({
  comment: "the old rack is moved",
  author: "platform team",
  startsAt,
  endsAt,
  matchers: { alertname: "NodeNotReady" },
});

const muteTime = (name: string, from: string, to: string) => ({
  name,
  weekdays: ["saturday"],
  from,
  to,
  severities: ["info"],
});

test.each<[string, (values: Values) => void, string, string]>([
  [
    "an audit retention that is not longer than the log retention",
    ({ logs }) => Object.assign(logs, { retentionDays: 365, auditRetentionDays: 365 }),
    "logs.auditRetentionDays",
    "must be greater than retentionDays, which is 365",
  ],
  [
    "a silence that ends before it starts, for which Alertmanager would reject all silences",
    ({ monitoring }) => {
      monitoring.notifications.silences = [
        silence("2026-12-01T08:00:00Z", "2026-12-01T12:00:00Z"),
        silence("2026-12-01T12:00:00Z", "2026-12-01T08:00:00Z"),
      ];
    },
    "monitoring.notifications.silences[1].endsAt",
    "must be later than startsAt",
  ],
  [
    "a silence without a duration",
    ({ monitoring }) => {
      monitoring.notifications.silences = [silence("2026-12-01T12:00:00Z", "2026-12-01T12:00:00Z")];
    },
    "monitoring.notifications.silences[0].endsAt",
    "must be later than startsAt",
  ],
  [
    "a mute interval across midnight, with which Alertmanager does not start",
    ({ monitoring }) => {
      monitoring.notifications.muteTimes = [muteTime("night", "22:00", "06:00")];
    },
    "monitoring.notifications.muteTimes[0].to",
    "must be later than from",
  ],
  [
    "two mute intervals with the same name, with which Alertmanager does not start",
    ({ monitoring }) => {
      const times = [muteTime("night", "00:00", "06:00"), muteTime("night", "22:00", "24:00")];
      monitoring.notifications.muteTimes = times;
    },
    "monitoring.notifications.muteTimes[1].name",
    "must be unique",
  ],
])("%s is rejected", (_title, change, at, says) => {
  const found = problemsOf(change);
  expect(found.map(({ subject }) => subject)).toEqual([`spacetime-vr:${at}`]);
  expect(found[0]?.rule).toContain(says);
});

test("a longer audit retention, a valid silence and a night split at midnight are accepted", () => {
  expect(
    problemsOf(({ logs, monitoring }) => {
      Object.assign(logs, { retentionDays: 365, auditRetentionDays: 400 });
      monitoring.notifications.silences = [silence("2026-12-01T08:00:00Z", "2026-12-01T08:00:01Z")];
      const times = [muteTime("early", "00:00", "06:00"), muteTime("late", "22:00", "24:00")];
      monitoring.notifications.muteTimes = times;
    }),
  ).toEqual([]);
});
