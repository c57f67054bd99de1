import type { Violation } from "../../input-node.ts";
import { type Pod, podsOfWorkloads } from "../../lib/kubernetes.ts";
import { alertRules, workloadFileViolations } from "../../lib/monitoring-rule.ts";
import { yamlAt, yamlList, yamlText } from "../../lib/yaml-files.ts";
import type { Rule } from "../../rule.ts";

const WATCHDOG = "Watchdog";

function hasWatchdogAlert(rules: unknown): boolean {
  return alertRules(rules).some(
    ({ name, expression, delaySeconds }) =>
      name === WATCHDOG && expression === "vector(1)" && delaySeconds === 0,
  );
}

/** Whether the first route that matches the watchdog leads to an external webhook. */
function sendsWatchdog(config: unknown): boolean {
  const route = yamlList(config, "route", "routes").find((candidate) =>
    yamlList(candidate, "matchers").includes(`alertname="${WATCHDOG}"`),
  );
  const receiver = yamlList(config, "receivers").find(
    (candidate) => yamlText(candidate, "name") === yamlText(route, "receiver"),
  );
  return yamlList(receiver, "webhook_configs").some((webhook) => yamlAt(webhook, "url") !== undefined);
}

export const requireWatchdog: Rule<Pod> = {
  name: "require-watchdog",
  items: ["pre.monitoring.watchdog"],
  description: "In production, an alert that always fires is sent to a receiver outside the deployment.",
  explanation: "Only an external receiver can report that the monitoring itself has failed.",
  remediation: "Set monitoring.notifications.deadMansSwitch to the URL of the external receiver.",
  environments: ["production"],
  subjects: (context) => podsOfWorkloads(context, "game-server"),
  check: (gameServer, context): Violation[] => [
    ...workloadFileViolations(gameServer, context, {
      workload: "prometheus",
      file: "rules.yml",
      problems: (rules) =>
        hasWatchdogAlert(rules) ? [] : [`rules.yml has no alert ${WATCHDOG} that always fires`],
    }),
    ...workloadFileViolations(gameServer, context, {
      workload: "alertmanager",
      file: "alertmanager.yml",
      problems: (config) =>
        sendsWatchdog(config) ? [] : [`alertmanager.yml sends ${WATCHDOG} to no external receiver`],
    }),
  ],
};
