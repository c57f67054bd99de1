import type { Change, RuleCases } from "./rule-cases.ts";

/** Names of the resources of production on AWS. */
export const CLUSTER = "cluster-control-plane-cluster";
export const DATABASE = "postgres-instance";
export const CACHE = "redis-group";
export const BUCKET = "backup-main-bucket";
export const BUCKET_NAME = "spacetime-vr-production-backup-471112345678-eu-central-1";
export const PROVIDER = "cluster-aws";
export const VPC = "cluster-network-vpc";
export const POLICY = "cluster-network-flow-logs-policy";

/** AWS rules do not apply to an environment without AWS. */
export const NOT_ON_AWS = { plan: "local" } as const;
/** Rules for production data do not apply to staging. */
export const ON_STAGING = { plan: "staging" } as const;

/** Whether Pulumi protects the resource from deletion. */
export const unprotected =
  (name: string): Change =>
  (draft) => {
    draft.resource(name).protect = false;
  };

/** A policy document with one statement. */
export const policyDocument = (statement: object): string =>
  JSON.stringify({ Version: "2012-10-17", Statement: [statement] });

export const allowStatement = (statement: object): string =>
  policyDocument({ Effect: "Allow", ...statement });

/** Cases with production on AWS. */
export const onAws = (cases: readonly RuleCases[]): readonly RuleCases[] =>
  cases.map((those) => ({ plan: "production", ...those }));
