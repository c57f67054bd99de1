import { z } from "zod";
import * as scalar from "./scalars.ts";

export const alarms = z
  .strictObject({
    emails: z
      .array(scalar.email)
      .max(20, "must name at most 20 addresses")
      .default([])
      .describe("addresses; each has to confirm the mail that AWS sends it"),
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
        "https addresses that confirm the subscription themselves; no token in them, they are plain text",
      ),
  })
  .optional()
  .describe("who hears the alarms of the database, the cache and the backups on AWS");
