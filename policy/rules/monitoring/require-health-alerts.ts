import { alertRules, monitoringRule } from "../../lib/monitoring-rule.ts";

/** Matches an expression over the scrapes of the game servers. */
const GAME_SERVER_UP = /\bup\{[^}]*job="game-server"[^}]*\}/;

/** Seed document 003 asks for health checks every five minutes. */
const MAX_DELAY_SECONDS = 300;

export const requireHealthAlerts = monitoringRule({
  name: "require-health-alerts",
  items: ["pre.high.monitoring.health-alerts"],
  description: "An alert fires at most five minutes after a game server stops responding.",
  explanation: "An unnoticed failure lasts until a player reports it.",
  remediation: 'Restore an alert on up{job="game-server"} with a delay of at most five minutes.',
  workload: "prometheus",
  file: "rules.yml",
  problems: (rules) => {
    const alerts = alertRules(rules).filter(({ expression }) => GAME_SERVER_UP.test(expression));
    if (alerts.length === 0) return ['no alert has an expression over up{job="game-server"}'];
    return alerts.some(({ delaySeconds }) => delaySeconds <= MAX_DELAY_SECONDS)
      ? []
      : [`every alert over up{job="game-server"} waits longer than ${MAX_DELAY_SECONDS} s`];
  },
});
