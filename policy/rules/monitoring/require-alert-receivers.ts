import { monitoringRule } from "../../lib/monitoring-rule.ts";
import { yamlList } from "../../lib/yaml-files.ts";

/** The channels of seed document 000, by the key of a receiver's configuration. */
const CHANNELS: Readonly<Record<string, string>> = {
  slack_configs: "Slack",
  pagerduty_configs: "PagerDuty",
  email_configs: "e-mail",
};

export const requireAlertReceivers = monitoringRule({
  name: "require-alert-receivers",
  items: ["pre.monitoring.receivers"],
  description: "In production, alerts are sent to Slack, PagerDuty and e-mail.",
  explanation: "An alert without a receiver is seen only by those who look at the dashboard.",
  remediation:
    "Configure monitoring.notifications, and set slackWebhookUrl, pagerdutyRoutingKey and smtpPassword with pulumi config set --secret.",
  environments: ["production"],
  workload: "alertmanager",
  file: "alertmanager.yml",
  problems: (config) => {
    const receivers = yamlList(config, "receivers");
    return Object.entries(CHANNELS)
      .filter(([key]) => !receivers.some((receiver) => yamlList(receiver, key).length > 0))
      .map(([, channel]) => `no receiver notifies by ${channel}`);
  },
});
