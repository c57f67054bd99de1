import type * as pulumi from "@pulumi/pulumi";
import type { AwsEnvironment } from "../shared/aws/aws-environment.ts";
import { dependsOnList } from "../shared/depends-on.ts";
import { CloudWatchLogs } from "./cloudwatch-logs.ts";
import { LogShipper, type LogShipperArgs } from "./log-shipper.ts";

interface LogShippingArgs extends LogShipperArgs {
  /** Undefined outside AWS, where the log groups of a CloudWatch destination must exist already. */
  readonly aws: AwsEnvironment | undefined;
}

/** Creates the log shipper and, for CloudWatch on EKS, the log groups and the role that writes to them. */
export function createLogShipping(
  { aws, ...args }: LogShippingArgs,
  opts: pulumi.ComponentResourceOptions,
): LogShipper {
  const { environment, destination } = args;
  const cloudWatch =
    destination.kind === "cloudwatch" && aws !== undefined
      ? new CloudWatchLogs("logging-cloud", { environment, aws, destination }, { providers: [aws.provider] })
      : undefined;
  const dependsOn = [...dependsOnList(opts), ...(cloudWatch === undefined ? [] : [cloudWatch])];
  return new LogShipper("logging", args, { ...opts, dependsOn });
}
