import { MOUNT_PATHS } from "../mount-paths.ts";
import { TEAMS, type Team } from "../rules/types.ts";
import type { Notifications } from "./types.ts";

/** The urgency of a receiver: page, message or record. */
const URGENCIES = ["page", "notify", "record"] as const;
type Urgency = (typeof URGENCIES)[number];

/** The receiver of alerts that match no route, which indicates an error in the rules; it notifies the platform team. */
export const UNROUTED_RECEIVER = "unrouted";

/** The receiver of the alert that always fires. */
export const WATCHDOG_RECEIVER = "watchdog";

/** A receiver in the format of alertmanager.yml. */
interface Receiver {
  readonly name: string;
  readonly [channel: string]: unknown;
}

export function receiverName(team: Team, urgency: Urgency): string {
  return `${team}-${urgency}`;
}

/** All receivers. They exist in every environment; without a channel they send no notifications. */
export function buildReceivers(notifications: Notifications): Receiver[] {
  return [
    {
      name: UNROUTED_RECEIVER,
      ...mergeChannels(slackChannel(notifications, "platform"), emailChannel(notifications)),
    },
    { name: WATCHDOG_RECEIVER, ...deadMansSwitchChannel(notifications) },
    ...TEAMS.flatMap((team) =>
      URGENCIES.map((urgency) => ({
        name: receiverName(team, urgency),
        ...receiverChannels(notifications, team, urgency),
      })),
    ),
  ];
}

type Channels = Readonly<Record<string, readonly object[]>>;

function mergeChannels(...parts: readonly Channels[]): Channels {
  return Object.assign({}, ...parts) as Channels;
}

/** The first of the channels that is configured. */
function firstConfigured(...parts: readonly Channels[]): Channels {
  return parts.find((part) => Object.keys(part).length > 0) ?? {};
}

function receiverChannels(notifications: Notifications, team: Team, urgency: Urgency): Channels {
  switch (urgency) {
    case "page":
      // PagerDuty pages one engineer, and the channel informs the rest of the team.
      return mergeChannels(
        firstConfigured(pagerdutyChannel(notifications, team), emailChannel(notifications)),
        slackChannel(notifications, team),
      );
    case "notify":
      return firstConfigured(slackChannel(notifications, team), emailChannel(notifications));
    case "record":
      return firstConfigured(emailChannel(notifications), slackChannel(notifications, team));
    default: {
      const exhaustive: never = urgency;
      return exhaustive;
    }
  }
}

const TITLE_TEMPLATE =
  '[{{ .CommonLabels.environment }}] {{ .Status | toUpper }}{{ if eq .Status "firing" }} {{ .Alerts.Firing | len }}{{ end }}: {{ .CommonLabels.alertname }}';

const TEXT_TEMPLATE = [
  "{{ range .Alerts }}{{ .Annotations.summary }}",
  "{{ .Annotations.description }}",
  "Runbook: {{ .Annotations.runbook_url }}",
  "{{ end }}",
].join("\n");

function slackChannel({ slack: channel }: Notifications, team: Team): Channels {
  if (channel.kind === "none") return {};
  return {
    slack_configs: [
      {
        api_url_file: MOUNT_PATHS.slackWebhook,
        channel: channel.channels[team],
        send_resolved: true,
        title: TITLE_TEMPLATE,
        text: TEXT_TEMPLATE,
      },
    ],
  };
}

function emailChannel({ email: channel }: Notifications): Channels {
  if (channel.kind === "none") return {};
  return {
    email_configs: [
      {
        to: channel.to,
        from: channel.from,
        smarthost: `${channel.host}:${channel.port}`,
        auth_username: channel.username,
        auth_password_file: MOUNT_PATHS.smtpPassword,
        require_tls: true,
        send_resolved: true,
        headers: { Subject: TITLE_TEMPLATE },
      },
    ],
  };
}

function pagerdutyChannel({ pagerduty: channel }: Notifications, team: Team): Channels {
  if (channel.kind === "none") return {};
  return {
    pagerduty_configs: [
      {
        routing_key_file: MOUNT_PATHS.pagerdutyKey,
        send_resolved: true,
        description: TITLE_TEMPLATE,
        severity: "{{ .CommonLabels.severity }}",
        group: team,
        component: "{{ .CommonLabels.job }}",
        details: {
          summary: "{{ range .Alerts }}{{ .Annotations.summary }} {{ end }}",
          runbook: "{{ (index .Alerts 0).Annotations.runbook_url }}",
        },
      },
    ],
  };
}

function deadMansSwitchChannel({ deadMansSwitch: channel }: Notifications): Channels {
  if (channel.kind === "none") return {};
  return { webhook_configs: [{ url: channel.url, send_resolved: false }] };
}
