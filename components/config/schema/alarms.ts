import { z } from "zod";
import * as scalar from "./scalars.ts";

export const alarms = z
  .strictObject({
    emails: z
      .array(scalar.email)
      .max(20, "must name at most 20 addresses")
      .default([])
      .describe("recipients; each must confirm the e-mail that AWS sends"),
    endpoints: z
      .array(
        z.url({
          protocol: /^https$/,
          error: 'must be an https address such as "https://alerts.spacetime-vr.com/sns"',
        }),
      )
      .max(5, "must name at most 5 addresses")
      .default([])
      .describe(
        "https endpoints that confirm the SNS subscription automatically; the URL is stored in plaintext, so it must not contain a token",
      ),
  })
  .optional()
  .describe("recipients of the CloudWatch alarms for the database, Redis and backups on AWS");
