import { z } from "zod";
import * as scalar from "./scalars.ts";

/** The characters that every AWS service allows in a tag value. */
const tagValue = scalar.singleLineText
  .regex(/^[\p{L}\p{N} _.:/=+@-]*$/u, "must have only letters, digits, spaces and _ . : / = + @ -")
  .max(256, "must be at most 256 characters");

const tagKey = z
  .string()
  .regex(
    /^(?!aws:)[A-Za-z][A-Za-z0-9_.:/=+@-]{0,127}$/,
    'must be a tag name such as "cost-center", not starting with "aws:"',
  );

/** An AWS region's name. */
export const region = z
  .string()
  .regex(/^[a-z]{2}(-[a-z]+)+-\d$/, 'must be an AWS region such as "eu-central-1"');

/** An AWS account id; a string, because a number would lose leading zeros. */
const accountId = z.string().regex(/^\d{12}$/, "must be the 12 digits of an account id, in quotes");

export const aws = z
  .strictObject({
    account: accountId.describe(
      "AWS account id of this environment; the provider rejects credentials of any other account",
    ),
    region: region.describe("AWS region of the cluster and of every resource without its own region"),
    partition: z
      .enum(["aws", "aws-cn", "aws-us-gov", "aws-eusc"])
      .default("aws")
      .describe("AWS partition of the region (the second field of an ARN)"),
    tags: z
      .record(tagKey, tagValue)
      .default({})
      .describe(
        "tags for every resource in addition to project, environment and managed-by, such as cost-center",
      ),
  })
  .optional()
  .describe("the AWS account; only with `cluster.kind: eks`");
