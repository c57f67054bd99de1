import { type AwsAccount, buildArn } from "./aws-environment.ts";
import type { IamStatement } from "./iam-policy.ts";

/** Days during which the deletion of a key can be cancelled; the maximum of KMS, to notice that data cannot be decrypted. */
export const KEY_DELETION_WINDOW_DAYS = 30;

/** The statement of a key policy without which IAM policies of the account have no effect on the key. */
export function accountKeyStatement(aws: AwsAccount, sid = "Account"): IamStatement {
  return {
    Sid: sid,
    Principal: { AWS: buildArn(aws, "iam", "root", "global") },
    Action: "kms:*",
    Resource: "*",
  };
}
