import { z } from "zod";
import * as scalar from "./scalars.ts";
import { resources } from "./workload-size.ts";

/** The private networks of RFC 1918, the usual addresses of nodes and control planes. */
const PRIVATE_CIDRS = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"];

const httpsUrl = z
  .string()
  .max(500, "must be at most 500 characters")
  .regex(
    /^https:\/\/[a-z0-9.-]+(:[0-9]{1,5})?(\/[A-Za-z0-9._~%/-]*)?$/,
    "must be an https address without user, password or query",
  );

const disabledOption = (what: string) => z.strictObject({ kind: z.literal("none").describe(what) });

const remoteWrite = z
  .discriminatedUnion("kind", [
    disabledOption("no remote write; samples are only in Prometheus"),
    z.strictObject({
      kind: z
        .literal("amazon-managed-prometheus")
        .describe("Amazon Managed Service for Prometheus, authenticated with the pod's IAM role (SigV4)"),
      region: z.string().regex(/^[a-z]{2}(-[a-z]+)+-[0-9]$/, 'must be an AWS region such as "eu-central-1"'),
      workspaceId: z
        .string()
        .regex(/^ws-[0-9a-f-]{36}$/, 'must be a workspace id such as "ws-" and 36 hex digits and dashes'),
    }),
    z.strictObject({
      kind: z.literal("url").describe("any remote-write receiver, over TLS"),
      url: httpsUrl.describe("remote-write URL"),
      cidrs: z
        .array(scalar.cidr)
        .min(1, "must name at least one network")
        .describe("networks that contain the receiver's addresses"),
    }),
  ])
  .describe("remote write for long-term storage");

const ownOrClusterExporter = (own: string) =>
  z.discriminatedUnion("kind", [
    z.strictObject({ kind: z.literal("own").describe(own) }),
    z.strictObject({
      kind: z.literal("cluster").describe("already installed in the cluster (for example as an EKS add-on)"),
      namespace: scalar.dnsLabel.describe("namespace of that installation"),
    }),
  ]);

const timeOfDay = z
  .string()
  .regex(/^([01][0-9]|2[0-3]):[0-5][0-9]$|^24:00$/, 'must be a time of day such as "22:30"');

const WEEKDAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"] as const;

const muteTime = z.strictObject({
  name: scalar.dnsLabel.describe("unique name of the time interval"),
  weekdays: z
    .array(z.enum(WEEKDAYS))
    .min(1, "must name at least one weekday")
    .describe("days on which it applies"),
  from: timeOfDay.describe("start time (UTC)"),
  to: timeOfDay.describe("end time (UTC), later than `from`"),
  severities: z
    .array(z.enum(["warning", "info"]))
    .min(1, "must name at least one severity")
    .describe("severities to mute; critical alerts cannot be muted"),
});

const labelName = z.string().regex(/^[a-zA-Z_][a-zA-Z0-9_]*$/, "must be the name of a Prometheus label");

const silence = z.strictObject({
  comment: scalar.singleLineText
    .min(10, "must give the reason in at least 10 characters")
    .describe("reason for the silence"),
  author: scalar.singleLineText
    .min(3, "must name the responsible person or team")
    .describe("person or team responsible for it"),
  startsAt: z.iso
    .datetime('must be a time in quotes, such as "2026-12-01T08:00:00Z"')
    .describe("start (UTC)"),
  endsAt: z.iso.datetime("must be a time such as 2026-12-01T12:00:00Z").describe("end (UTC)"),
  matchers: z
    .record(labelName, scalar.singleLineText.min(1, "must not be empty"))
    .refine((matchers) => Object.keys(matchers).length > 0, "must match at least one label")
    .describe("labels of the alerts to silence; all must match"),
});

const slackChannel = z
  .string()
  .regex(/^#[a-z0-9_-]{1,79}$/, 'must be a Slack channel such as "#game-alerts"');

const notifications = z
  .strictObject({
    email: z
      .discriminatedUnion("kind", [
        disabledOption("no e-mail"),
        z.strictObject({
          kind: z
            .literal("smtp")
            .describe(
              "e-mail through an SMTP relay; its password is the encrypted config key `smtpPassword`",
            ),
          host: scalar.hostname.describe("host name of the relay"),
          port: scalar.port.describe("port of the relay; STARTTLS or TLS is required"),
          cidrs: z
            .array(scalar.cidr)
            .min(1, "must name at least one network")
            .describe("networks that contain the relay's addresses"),
          from: scalar.email.describe("sender"),
          username: scalar.singleLineText.min(1, "must not be empty").describe("SMTP user name"),
          to: scalar.email.describe("recipient"),
        }),
      ])
      .describe("e-mail notifications"),
    slack: z
      .discriminatedUnion("kind", [
        disabledOption("no Slack"),
        z.strictObject({
          kind: z
            .literal("webhook")
            .describe("an incoming webhook; its URL is the encrypted config key `slackWebhookUrl`"),
          channels: z
            .strictObject({
              game: slackChannel,
              platform: slackChannel,
              data: slackChannel,
              security: slackChannel,
            })
            .describe("channel for each team"),
        }),
      ])
      .describe("Slack notifications"),
    pagerduty: z
      .discriminatedUnion("kind", [
        disabledOption("no paging"),
        z.strictObject({
          kind: z
            .literal("events")
            .describe(
              "PagerDuty Events API v2; its routing key is the encrypted config key `pagerdutyRoutingKey`",
            ),
        }),
      ])
      .describe("PagerDuty, for critical alerts in production and package"),
    deadMansSwitch: z
      .discriminatedUnion("kind", [
        disabledOption("no external check of the monitoring itself"),
        z.strictObject({
          kind: z
            .literal("webhook")
            .describe("a service that pages the on-call engineer when the Watchdog alert stops"),
          url: httpsUrl.describe("URL to which Alertmanager posts the Watchdog alert every minute"),
        }),
      ])
      .describe("dead man's switch: an external service that detects a failure of the alerting pipeline"),
    muteTimes: z
      .array(muteTime)
      .max(10, "must be at most 10")
      .default([])
      .describe("time intervals in which warnings are muted"),
    silences: z
      .array(silence)
      .max(50, "must be at most 50")
      .default([])
      .describe("Alertmanager silences, each with an end"),
  })
  .describe("receivers of alerts");

export const monitoring = z
  .discriminatedUnion("kind", [
    disabledOption("no metrics, no alerts, no dashboards"),
    z.strictObject({
      kind: z
        .literal("in-cluster")
        .describe("Prometheus, Alertmanager, Grafana and exporters in the cluster"),
      prometheus: z
        .strictObject({
          replicas: scalar
            .integerBetween(1, 2)
            .describe("2 replicas scrape the same targets, so that monitoring survives the loss of one"),
          storage: scalar.byteQuantity.describe("size of each volume; samples use at most 80 % of it"),
          retentionDays: scalar
            .integerBetween(1, 400)
            .describe("retention of samples in days, unless the volume is full earlier"),
          resources,
          remoteWrite,
        })
        .describe("scrapes metrics and evaluates alert rules"),
      alertmanager: z
        .strictObject({
          replicas: scalar
            .integerBetween(1, 3)
            .describe("2 or more form a cluster over mutual TLS, so that alerting survives the loss of one"),
        })
        .describe("groups alerts and sends them to the receivers"),
      nodeExporter: ownOrClusterExporter("a DaemonSet in the namespace `spacetime-nodes`").describe(
        "node metrics (node_exporter)",
      ),
      kubeStateMetrics: ownOrClusterExporter("a Deployment in the namespace of Prometheus").describe(
        "metrics of Kubernetes objects (kube-state-metrics)",
      ),
      kubelet: z
        .strictObject({
          certificates: z
            .enum(["cluster-authority", "self-signed"])
            .describe(
              "issuer of the kubelet certificates: `cluster-authority` is verified (EKS), `self-signed` cannot be verified (kind)",
            ),
        })
        .describe("kubelet and container metrics"),
      clusterCidrs: z
        .array(scalar.cidr)
        .min(1, "must name at least one network")
        .default(PRIVATE_CIDRS)
        .describe("networks of the nodes and the API server"),
      notifications,
    }),
  ])
  .describe("metrics, alerts and dashboards");
