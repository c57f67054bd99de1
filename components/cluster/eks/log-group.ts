import { LogGroup } from "@pulumi/aws/cloudwatch/logGroup.js";
import type * as pulumi from "@pulumi/pulumi";
import type { Environment } from "../../shared/environments.ts";

interface LogGroupArgs {
  readonly environment: Environment;
  readonly name: string;
  readonly retentionDays: number;
  readonly keyArn: pulumi.Input<string>;
}

/**
 * An encrypted log group with a retention. It must exist before its writers, because AWS services create a missing log
 * group without retention and encryption.
 */
export function createLogGroup(name: string, args: LogGroupArgs, parent: pulumi.Resource): LogGroup {
  const isProduction = args.environment === "production";
  return new LogGroup(
    name,
    { name: args.name, retentionInDays: args.retentionDays, kmsKeyId: args.keyArn },
    // Logs may be evidence of an incident, so they are kept when the deployment is deleted.
    { parent, protect: isProduction, retainOnDelete: isProduction },
  );
}
