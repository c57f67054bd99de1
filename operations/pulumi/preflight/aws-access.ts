import { type AwsResult, requireAwsSuccess } from "../../aws-cli.ts";

/**
 * Returns a successful call of a check.
 * @throws OperationError with exit code 3, whose remedy is to sign in.
 */
export function requireAwsAccess(subject: string, run: AwsResult): AwsResult {
  return requireAwsSuccess(run, {
    subject,
    rule: "cannot be used",
    remedy:
      "Sign in (aws sso login) or assume the deployer's role, and check with: aws sts get-caller-identity",
  });
}
