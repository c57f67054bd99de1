import { z } from "zod";
import * as scalar from "./scalars.ts";

const retentionDays = scalar.integerBetween(1, 3653);

const receiverCidrs = z
  .array(scalar.cidr)
  .min(1, "must name at least one network")
  .describe("networks that contain the receiver's addresses");

/** The retention periods in days that CloudWatch Logs accepts (PutRetentionPolicy). */
const CLOUDWATCH_RETENTION_DAYS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557,
];

const cloudWatchRetentionDays = retentionDays.refine(
  (days) => CLOUDWATCH_RETENTION_DAYS.includes(days),
  `must be one of ${CLOUDWATCH_RETENTION_DAYS.join(", ")}`,
);

export const logs = z
  .discriminatedUnion("kind", [
    z.strictObject({
      kind: z.literal("stdout").describe("logs are not shipped; `kubectl logs` shows them"),
    }),
    z.strictObject({
      kind: z
        .literal("cloudwatch")
        .describe("Fluent Bit ships logs to CloudWatch Logs with the pod's IAM role"),
      region: z.string().regex(/^[a-z]{2}(-[a-z]+)+-[0-9]$/, 'must be an AWS region such as "eu-central-1"'),
      retentionDays: cloudWatchRetentionDays.describe("retention of the logs in days"),
      auditRetentionDays: cloudWatchRetentionDays.describe(
        "retention of the audit log in days; must be longer than `retentionDays`",
      ),
      cidrs: receiverCidrs,
    }),
    z.strictObject({
      kind: z.literal("loki").describe("Fluent Bit ships logs to Loki over TLS"),
      host: scalar.hostname.describe("host name as in the server certificate"),
      port: scalar.port.describe("TCP port"),
      tenant: scalar.dnsLabel.optional().describe("tenant (X-Scope-OrgID), for a multi-tenant Loki"),
      cidrs: receiverCidrs,
    }),
  ])
  .describe("log shipping");
