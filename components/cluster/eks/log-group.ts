import { LogGroup } from "@pulumi/aws/cloudwatch/logGroup.js";
import type * as pulumi from "@pulumi/pulumi";
import type { Environment } from "../../shared/environments.ts";

export interface LogGroupArgs {
  readonly environment: Environment;
  readonly name: string;
  readonly retentionDays: number;
  readonly keyArn: pulumi.Input<string>;
}

/**
 * An encrypted log group with an end. AWS services make a missing group themselves, without retention and encryption, so it
 * must exist before whatever writes to it.
 */
export function createLogGroup(name: string, args: LogGroupArgs, parent: pulumi.Resource): LogGroup {
  const isProduction = args.environment === "production";
  return new LogGroup(
    name,
    { name: args.name, retentionInDays: args.retentionDays, kmsKeyId: args.keyArn },
    // The evidence of an incident must not go with the deployment that caused it.
    { parent, protect: isProduction, retainOnDelete: isProduction },
  );
}
