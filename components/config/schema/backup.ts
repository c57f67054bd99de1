import { z } from "zod";
import { region } from "./aws.ts";
import * as scalar from "./scalars.ts";

export const backup = z
  .discriminatedUnion("kind", [
    z.strictObject({
      kind: z.literal("s3").describe("a versioned, locked and encrypted bucket in the account of `aws`"),
      lockMode: z
        .enum(["GOVERNANCE", "COMPLIANCE"])
        .describe(
          "who may delete a backup before its retention ends: with GOVERNANCE, principals with s3:BypassGovernanceRetention; with COMPLIANCE, no principal",
        ),
      // S3's own bounds are 1 to 36500 days; ten years of backups nobody can delete would be a typing error.
      lockDays: scalar
        .integerBetween(1, 3650)
        .describe("days that no version of a backup can be deleted or overwritten"),
      keepDays: scalar
        .integerBetween(1, 3650)
        .describe("days after which a backup is removed; at least `lockDays`"),
      replicaRegion: region
        .optional()
        .describe("second region, to which every backup is copied within minutes; production needs one"),
    }),
  ])
  .optional()
  .describe("where backups go");
