import { spawn } from "node:child_process";
import { errorCode } from "../components/shared/error-code.ts";
import { MissingToolError, type Problem } from "../components/shared/errors.ts";
import { OperationError } from "./errors.ts";

export interface AwsResult {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the AWS CLI with arguments. */
export type AwsCli = (args: readonly string[], input?: string) => Promise<AwsResult>;

/**
 * The AWS CLI, which uses the same credentials as Pulumi and avoids an SDK dependency for a few calls.
 * @param purpose why it is needed, for the error if it is not installed.
 */
export function createAwsCli(environment: NodeJS.ProcessEnv, purpose: string): AwsCli {
  return (args, input = "") => {
    const { promise, resolve, reject } = Promise.withResolvers<AwsResult>();
    const child = spawn("aws", args, { env: { ...environment, AWS_PAGER: "" }, windowsHide: true });
    const text = { stdout: "", stderr: "" };
    child.stdout.setEncoding("utf8").on("data", (chunk) => {
      text.stdout += chunk;
    });
    child.stderr.setEncoding("utf8").on("data", (chunk) => {
      text.stderr += chunk;
    });
    child.on("error", (error) => {
      const remedy = `${purpose}: install AWS CLI v2 and run this again.`;
      reject(errorCode(error) === "ENOENT" ? new MissingToolError("AWS CLI", remedy) : error);
    });
    child.on("close", (status) => resolve({ status: status ?? 1, ...text }));
    // The CLI may exit before it has read its input; its own error is reported then.
    child.stdin.on("error", () => {});
    child.stdin.end(input);
    return promise;
  };
}

/**
 * Returns a successful run.
 * @throws OperationError with exit code 3; the reason of the CLI follows the problem's rule.
 */
export function requireAwsSuccess(run: AwsResult, problem: Problem): AwsResult {
  if (run.status === 0) return run;
  throw new OperationError(3, { ...problem, rule: `${problem.rule}: ${awsFailure(run)}` });
}

/** The last line of the CLI's error, which has its reason. */
export function awsFailure({ stderr }: AwsResult): string {
  return stderr.trim().split("\n").at(-1)?.replace(/\.$/, "") || "the AWS CLI gave no reason";
}
