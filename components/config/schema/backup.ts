import { z } from "zod";
import { region } from "./aws.ts";
import * as scalar from "./scalars.ts";

export const backup = z
  .discriminatedUnion("kind", [
    z.strictObject({
      kind: z
        .literal("s3")
        .describe("a versioned, encrypted S3 bucket with Object Lock in the account of `aws`"),
      lockMode: z
        .enum(["GOVERNANCE", "COMPLIANCE"])
        .describe(
          "S3 Object Lock mode; with GOVERNANCE, principals with s3:BypassGovernanceRetention may delete a backup before its retention ends; with COMPLIANCE, no principal may",
        ),
      // S3 allows 1 to 36500 days; more than ten years of undeletable backups is treated as a typo.
      lockDays: scalar
        .integerBetween(1, 3650)
        .describe(
          "Object Lock retention in days; no version of a backup can be deleted or overwritten before",
        ),
      keepDays: scalar
        .integerBetween(1, 3650)
        .describe("days after which a backup expires; at least `lockDays`"),
      replicaRegion: region
        .optional()
        .describe(
          "second region, to which S3 replicates every backup within minutes; required in production",
        ),
    }),
    z.strictObject({
      kind: z
        .literal("volume")
        .describe("pgBackRest's repository on a volume in the cluster, for an in-cluster Postgres and Redis"),
      storage: scalar.byteQuantity.describe(
        "size of the volume; five weekly backups and their WAL, compressed, need about three times the database",
      ),
      storageClass: scalar.dnsLabel
        .optional()
        .describe("storage class of the volume, if its disks should be others than those of the databases"),
    }),
  ])
  .optional()
  .describe("destination of the backups");
