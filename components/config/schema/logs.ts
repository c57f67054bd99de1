import { z } from "zod";
import * as scalar from "./scalars.ts";

const retentionDays = scalar.integerBetween(1, 3653);

const receiverCidrs = z
  .array(scalar.cidr)
  .min(1, "must name at least one network")
  .describe("networks that the receiver's addresses lie in");

/** The retentions that CloudWatch Logs knows (its API refuses any other), in days. */
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
      kind: z.literal("stdout").describe("logs stay with the nodes, as `kubectl logs` shows them"),
    }),
    z.strictObject({
      kind: z.literal("cloudwatch").describe("Fluent Bit ships to CloudWatch Logs with the pod's cloud role"),
      region: z.string().regex(/^[a-z]{2}(-[a-z]+)+-[0-9]$/, 'must be an AWS region such as "eu-central-1"'),
      retentionDays: cloudWatchRetentionDays.describe("days that logs are kept"),
      auditRetentionDays: cloudWatchRetentionDays.describe(
        "days that the audit log is kept; more than the logs",
      ),
      cidrs: receiverCidrs,
    }),
    z.strictObject({
      kind: z.literal("loki").describe("Fluent Bit ships to a Loki, over TLS"),
      host: scalar.hostname.describe("host name, as in its certificate"),
      port: scalar.port.describe("TCP port"),
      tenant: scalar.dnsLabel.optional().describe("X-Scope-OrgID, where Loki has tenants"),
      cidrs: receiverCidrs,
    }),
  ])
  .describe("where logs go");
