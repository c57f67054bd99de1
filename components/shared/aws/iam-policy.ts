import type * as pulumi from "@pulumi/pulumi";
import type { Environment } from "../environments.ts";
import { type AwsAccount, buildArn } from "./aws-environment.ts";

/** A statement of an IAM policy. */
export interface IamStatement {
  /** The purpose of the statement; letters and digits only. */
  readonly Sid?: string;
  readonly Effect?: "Allow" | "Deny";
  readonly Principal?: Readonly<Record<string, pulumi.Input<string> | readonly string[]>> | "*";
  readonly Action: string | readonly string[];
  readonly Resource?: pulumi.Input<string> | readonly pulumi.Input<string>[];
  readonly Condition?:
    | undefined
    | Readonly<Record<string, Readonly<Record<string, pulumi.Input<string> | readonly string[]>>>>;
}

/** The current version of the IAM policy language. */
const POLICY_LANGUAGE_VERSION = "2012-10-17";

/** Renders an IAM policy document; the default effect of a statement is Allow. */
export function policyDocument(statements: readonly IamStatement[]): object {
  return {
    Version: POLICY_LANGUAGE_VERSION,
    Statement: statements.map((statement) => ({ Effect: "Allow", ...statement })),
  };
}

/**
 * The permissions boundary of every role of a deployment. `bootstrap/state-and-roles.yaml` creates it, and the pipelines can
 * create roles only with this boundary.
 */
export function permissionsBoundaryArn(aws: AwsAccount): string {
  return buildArn(aws, "iam", "policy/spacetime-vr-boundary", "global");
}

/**
 * The IAM path of an environment's roles. The pipelines may change only roles in such a path, so that they cannot change the
 * roles of people, whatever their names are.
 */
export function rolePath(clusterName: string): string {
  return `/spacetime-vr/${clusterName}/`;
}

/** The pipelines' roles, which `bootstrap/state-and-roles.yaml` creates. */
export type PipelineRole = "deploy" | "preview";

/** The ARN of a pipeline's role of an environment. */
export function pipelineRoleArn(
  { account, partition }: Pick<AwsAccount, "account" | "partition">,
  role: PipelineRole,
  environment: Environment,
): string {
  return `arn:${partition}:iam::${account}:role/spacetime-vr-ci-${role}-${environment}`;
}

/** A trust policy for an AWS service, with conditions against the confused deputy problem. */
export function serviceTrustPolicy(
  service: string,
  actions: readonly string[] = ["sts:AssumeRole"],
  condition?: IamStatement["Condition"],
): string {
  return JSON.stringify(
    policyDocument([
      {
        Principal: { Service: service },
        Action: actions.length === 1 ? (actions[0] as string) : actions,
        ...(condition === undefined ? {} : { Condition: condition }),
      },
    ]),
  );
}
