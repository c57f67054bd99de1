import { z } from "zod";
import * as scalar from "./scalars.ts";
import { resources } from "./workload-size.ts";

/** The private networks of RFC 1918, in which nodes and control planes stand unless somebody decided otherwise. */
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
    disabledOption("samples stay in Prometheus"),
    z.strictObject({
      kind: z.literal("amazon-managed-prometheus").describe("signed with the pod's cloud role (SigV4)"),
      region: z.string().regex(/^[a-z]{2}(-[a-z]+)+-[0-9]$/, 'must be an AWS region such as "eu-central-1"'),
      workspaceId: z
        .string()
        .regex(/^ws-[0-9a-f-]{36}$/, 'must be a workspace id such as "ws-" and 36 hex digits and dashes'),
    }),
    z.strictObject({
      kind: z.literal("url").describe("any receiver of the remote-write protocol, over TLS"),
      url: httpsUrl.describe("where samples are sent"),
      cidrs: z
        .array(scalar.cidr)
        .min(1, "must name at least one network")
        .describe("networks that the receiver's addresses lie in"),
    }),
  ])
  .describe("a second, longer memory of the samples");

const ownOrClusterExporter = (own: string) =>
  z.discriminatedUnion("kind", [
    z.strictObject({ kind: z.literal("own").describe(own) }),
    z.strictObject({
      kind: z.literal("cluster").describe("the cluster brings it (an EKS add-on, for example)"),
      namespace: scalar.dnsLabel.describe("namespace in which the cluster runs it"),
    }),
  ]);

const timeOfDay = z
  .string()
  .regex(/^([01][0-9]|2[0-3]):[0-5][0-9]$|^24:00$/, 'must be a time of day such as "22:30"');

const WEEKDAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"] as const;

const muteTime = z.strictObject({
  name: scalar.dnsLabel.describe("name of the interval, unique"),
  weekdays: z.array(z.enum(WEEKDAYS)).min(1, "must name at least one weekday").describe("on which days"),
  from: timeOfDay.describe("from this time (UTC)"),
  to: timeOfDay.describe("until this time (UTC), later than `from`"),
  severities: z
    .array(z.enum(["warning", "info"]))
    .min(1, "must name at least one severity")
    .describe("what is held back then; critical alerts never are"),
});

const labelName = z.string().regex(/^[a-zA-Z_][a-zA-Z0-9_]*$/, "must be the name of a Prometheus label");

const silence = z.strictObject({
  comment: scalar.singleLineText.min(10, "must say why, in 10 characters or more").describe("why"),
  author: scalar.singleLineText.min(3, "must name who answers for it").describe("who answers for it"),
  startsAt: z.iso.datetime("must be a time such as 2026-12-01T08:00:00Z").describe("first moment (UTC)"),
  endsAt: z.iso.datetime("must be a time such as 2026-12-01T12:00:00Z").describe("last moment (UTC)"),
  matchers: z
    .record(labelName, scalar.singleLineText.min(1, "must not be empty"))
    .refine((matchers) => Object.keys(matchers).length > 0, "must match at least one label")
    .describe("label values of the alerts that are silenced, all of which must be equal"),
});

const slackChannel = z
  .string()
  .regex(/^#[a-z0-9_-]{1,79}$/, 'must be a Slack channel such as "#game-alerts"');

const notifications = z
  .strictObject({
    email: z
      .discriminatedUnion("kind", [
        disabledOption("no mail"),
        z.strictObject({
          kind: z
            .literal("smtp")
            .describe("mail through a relay; its password is the encrypted key `smtpPassword`"),
          host: scalar.hostname.describe("the relay"),
          port: scalar.port.describe("its port; STARTTLS or TLS is required"),
          cidrs: z
            .array(scalar.cidr)
            .min(1, "must name at least one network")
            .describe("networks that the relay's addresses lie in"),
          from: scalar.email.describe("sender"),
          username: scalar.singleLineText.min(1, "must not be empty").describe("who logs in at the relay"),
          to: scalar.email.describe("recipient"),
        }),
      ])
      .describe("mail"),
    slack: z
      .discriminatedUnion("kind", [
        disabledOption("no Slack"),
        z.strictObject({
          kind: z
            .literal("webhook")
            .describe("an incoming webhook, whose address is the encrypted key `slackWebhookUrl`"),
          channels: z
            .strictObject({
              game: slackChannel,
              platform: slackChannel,
              data: slackChannel,
              security: slackChannel,
            })
            .describe("channel of each team"),
        }),
      ])
      .describe("Slack"),
    pagerduty: z
      .discriminatedUnion("kind", [
        disabledOption("no one is paged"),
        z.strictObject({
          kind: z
            .literal("events")
            .describe("Events API v2, whose routing key is the encrypted key `pagerdutyRoutingKey`"),
        }),
      ])
      .describe("PagerDuty, for critical alerts of production and package"),
    deadMansSwitch: z
      .discriminatedUnion("kind", [
        disabledOption("a failure of monitoring itself goes unnoticed"),
        z.strictObject({
          kind: z
            .literal("webhook")
            .describe("a service that pages the on-call engineer when the signal stops"),
          url: httpsUrl.describe("address that the Watchdog alert is posted to every minute"),
        }),
      ])
      .describe("who notices that no alert can arrive any more"),
    muteTimes: z
      .array(muteTime)
      .max(10, "must be at most 10")
      .default([])
      .describe("times in which warnings are held back"),
    silences: z
      .array(silence)
      .max(50, "must be at most 50")
      .default([])
      .describe("silences as code, each with its end"),
  })
  .describe("whom alerts reach");

export const monitoring = z
  .discriminatedUnion("kind", [
    disabledOption("no metrics, no alerts, no dashboards"),
    z.strictObject({
      kind: z
        .literal("in-cluster")
        .describe("Prometheus, Alertmanager, Grafana and exporters in the cluster"),
      prometheus: z
        .strictObject({
          replicas: scalar.integerBetween(1, 2).describe("2 scrape the same twice, so that one may be lost"),
          storage: scalar.byteQuantity.describe("size of each volume; samples take at most 80 % of it"),
          retentionDays: scalar
            .integerBetween(1, 400)
            .describe("days that samples are kept, if the volume allows"),
          resources,
          remoteWrite,
        })
        .describe("collects and judges"),
      alertmanager: z
        .strictObject({
          replicas: scalar
            .integerBetween(1, 3)
            .describe("2 or more gossip over mutual TLS, so that one may be lost"),
        })
        .describe("routes alerts to people"),
      nodeExporter: ownOrClusterExporter("a DaemonSet in the namespace `spacetime-nodes`").describe(
        "metrics of the nodes",
      ),
      kubeStateMetrics: ownOrClusterExporter("a Deployment beside Prometheus").describe(
        "metrics of the Kubernetes objects",
      ),
      kubelet: z
        .strictObject({
          certificates: z
            .enum(["cluster-authority", "self-signed"])
            .describe(
              "who signed the kubelets' certificates: `cluster-authority` is checked (EKS), `self-signed` cannot be (kind)",
            ),
        })
        .describe("metrics of the kubelets and their containers"),
      clusterCidrs: z
        .array(scalar.cidr)
        .min(1, "must name at least one network")
        .default(PRIVATE_CIDRS)
        .describe("networks of the nodes and of the API server"),
      notifications,
    }),
  ])
  .describe("metrics, alerts and dashboards");
