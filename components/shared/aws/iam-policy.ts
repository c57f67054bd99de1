import type * as pulumi from "@pulumi/pulumi";
import { type AwsAccount, buildArn } from "./aws-environment.ts";

/** One statement of an IAM policy. */
export interface IamStatement {
  /** Says what it is for; letters and digits only. */
  readonly Sid?: string;
  readonly Effect?: "Allow" | "Deny";
  readonly Principal?: Readonly<Record<string, pulumi.Input<string> | readonly string[]>> | "*";
  readonly Action: string | readonly string[];
  readonly Resource?: pulumi.Input<string> | readonly pulumi.Input<string>[];
  readonly Condition?:
    | undefined
    | Readonly<Record<string, Readonly<Record<string, pulumi.Input<string> | readonly string[]>>>>;
}

/** The version of IAM's policy language; there is no newer one. */
const POLICY_LANGUAGE_VERSION = "2012-10-17";

/** A policy document as IAM takes it; each statement allows unless it says otherwise. */
export function policyDocument(statements: readonly IamStatement[]): object {
  return {
    Version: POLICY_LANGUAGE_VERSION,
    Statement: statements.map((statement) => ({ Effect: "Allow", ...statement })),
  };
}

/**
 * The policy that no role of a deployment can go beyond, whatever its own policies say: `bootstrap/state-and-roles.yaml` makes it, and
 * the pipelines may make roles with it alone.
 */
export function permissionsBoundaryArn(aws: AwsAccount): string {
  return buildArn(aws, "iam", "policy/spacetime-vr-boundary", "global");
}

/** Who may take on a role: an AWS service, under conditions that keep others from using it as their deputy. */
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
