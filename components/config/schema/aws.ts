import { z } from "zod";
import * as scalar from "./scalars.ts";

/** Tags travel into bills and search results; AWS allows these characters in every service. */
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

/** An AWS account's id; a text, because a number would lose leading zeros. */
export const accountId = z.string().regex(/^\d{12}$/, "must be the 12 digits of an account id, in quotes");

export const aws = z
  .strictObject({
    account: accountId.describe("account of this environment; the provider refuses to touch any other"),
    region: region.describe("region of the cluster and of everything else that does not name another"),
    partition: z
      .enum(["aws", "aws-cn", "aws-us-gov", "aws-eusc"])
      .default("aws")
      .describe("partition that the region belongs to, the second part of its ARNs"),
    tags: z
      .record(tagKey, tagValue)
      .default({})
      .describe("tags of every resource beside project, environment and managed-by, such as cost-center"),
  })
  .optional()
  .describe("the AWS account; with `cluster.kind: eks` only");
