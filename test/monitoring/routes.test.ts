import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { parse } from "yaml";
import { ruleOptions } from "../../components/config/component-configs/monitoring-config.ts";
import { INHIBITIONS } from "../../components/monitoring/alertmanager/inhibitions.ts";
import { isAlert, ruleGroups, SEVERITIES, TEAMS } from "../../components/monitoring/rules/index.ts";
import { ENVIRONMENTS } from "../../components/shared/environments.ts";
import { describeWithTool } from "../support/tools.ts";
import { INHIBITION_CASES } from "./inhibition-cases.ts";
import {
  configWithCredentials,
  renderFilesFor,
  requireFile,
  writeToTemporaryDirectory,
} from "./monitoring-fixture.ts";
import { ROUTE_CASES } from "./route-cases.ts";

function ruleAlerts() {
  return ENVIRONMENTS.flatMap((environment) =>
    ruleGroups(ruleOptions(configWithCredentials(environment)))
      .flatMap((group) => group.rules)
      .filter(isAlert)
      .map((rule) => ({ environment, name: rule.alert, labels: rule.labels })),
  );
}

test("there is a case for every severity of every team in every environment", () => {
  const expected = ENVIRONMENTS.flatMap((environment) =>
    TEAMS.flatMap((team) => SEVERITIES.map((severity) => `${severity} ${team} ${environment}`)),
  );
  const cases = ROUTE_CASES.map(([severity, team, environment]) => `${severity} ${team} ${environment}`);
  expect(cases.filter((one) => expected.includes(one)).sort()).toEqual(expected.sort());
});

describeWithTool("amtool", "an alert is routed to the receiver of its team", (amtool) => {
  let files: ReturnType<typeof writeToTemporaryDirectory>;

  beforeAll(() => {
    files = writeToTemporaryDirectory(renderFilesFor("production"));
  });

  afterAll(() => files.remove());

  const receiverOf = (labels: Readonly<Record<string, string>>): string =>
    execFileSync(
      amtool,
      [
        "config",
        "routes",
        "test",
        `--config.file=${join(files.directory, "alertmanager.yml")}`,
        ...Object.entries(labels).map(([name, value]) => `${name}=${value}`),
      ],
      { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] },
    ).trim();

  test.each(ROUTE_CASES)("%s of %s in %s: %s", (severity, team, environment, receiver) => {
    expect(receiverOf({ alertname: "Any", severity, team, environment })).toBe(receiver);
  });

  test("the Watchdog is sent at every group interval, because the repeat interval is shorter", () => {
    const [watchdog] = parse(requireFile(renderFilesFor("production"), "alertmanager.yml")).route.routes;
    expect(watchdog).toMatchObject({ receiver: "watchdog", group_interval: "1m", repeat_interval: "50s" });
  });

  test("the Watchdog is routed to the dead man's switch, with any other labels", () => {
    const labels = { alertname: "Watchdog", environment: "production" };
    expect(receiverOf({ ...labels, severity: "info", team: "platform" })).toBe("watchdog");
    expect(receiverOf({ ...labels, severity: "critical", team: "game" })).toBe("watchdog");
  });

  test("every alert of every environment matches a route", () => {
    const known = new Map<string, string>();
    const lost = ruleAlerts().filter(({ environment, name, labels: { severity, team } }) => {
      // Only the Watchdog is routed by name.
      const alertname = name === "Watchdog" ? name : "Any";
      const key = [alertname, severity, team, environment].join(" ");
      const receiver = known.get(key) ?? receiverOf({ alertname, severity, team, environment });
      known.set(key, receiver);
      return receiver === "unrouted";
    });
    expect(lost).toEqual([]);
    expect(known.size).toBeGreaterThan(ENVIRONMENTS.length * TEAMS.length);
  });
});

describe("notification channels", () => {
  // biome-ignore lint/suspicious/noExplicitAny: tests read settings of any shape
  const receivers = (): Record<string, any>[] =>
    parse(requireFile(renderFilesFor("production"), "alertmanager.yml")).receivers;

  test("in production every receiver has a channel, and critical alerts are paged", () => {
    for (const { name, ...channels } of receivers()) {
      expect([name, Object.keys(channels).length]).not.toEqual([name, 0]);
      if (name.endsWith("-page")) expect(channels).toHaveProperty("pagerduty_configs");
    }
  });

  test("messages of each team are sent to its channel", () => {
    const channels = receivers()
      .filter(({ name }) => name.endsWith("-notify"))
      .map(({ name, slack_configs: [slack] }) => [name, slack.channel]);
    expect(Object.fromEntries(channels)).toEqual({
      "game-notify": "#game-alerts",
      "platform-notify": "#platform-alerts",
      "data-notify": "#data-alerts",
      "security-notify": "#security-alerts",
    });
  });

  test("without PagerDuty pages are sent by email, and without Slack messages are too", () => {
    const files = renderFilesFor("production", (values) => {
      values.monitoring.notifications.pagerduty = { kind: "none" };
      values.monitoring.notifications.slack = { kind: "none" };
    });
    const found = parse(requireFile(files, "alertmanager.yml")).receivers as Record<string, unknown>[];
    for (const { name, ...channels } of found) {
      if (name !== "watchdog") expect([name, ...Object.keys(channels)]).toEqual([name, "email_configs"]);
    }
  });

  test("a channel without a credential is skipped", () => {
    const files = renderFilesFor("production", (values) => {
      delete values.slackWebhookUrl;
    });
    expect(requireFile(files, "alertmanager.yml")).not.toContain("slack");
  });
});

describe("mute times", () => {
  test("never mute a critical alert", () => {
    const config = parse(requireFile(renderFilesFor("staging"), "alertmanager.yml"));
    const routes = config.route.routes.flatMap((team: { routes?: object[] }) => team.routes ?? []);
    for (const route of routes as { matchers: string[]; mute_time_intervals?: string[] }[]) {
      const isCritical = route.matchers.includes('severity="critical"');
      expect(route.mute_time_intervals).toEqual(isCritical ? undefined : ["nights", "weekends"]);
    }
  });
});

describe("inhibitions", () => {
  const names = new Set(ruleAlerts().map(({ name }) => name));

  test("every source and every target is an existing alert", () => {
    const named = INHIBITIONS.flatMap(({ cause, symptoms }) => [cause, ...symptoms]);
    expect(named.filter((name) => !names.has(name))).toEqual([]);
  });

  test("every pair has a case that runs in a real Alertmanager", () => {
    const pairs = INHIBITIONS.flatMap(({ cause, symptoms }) => symptoms.map((one) => `${cause} ${one}`));
    expect(INHIBITION_CASES.map(([cause, symptom]) => `${cause} ${symptom}`)).toEqual(pairs);
  });
});
