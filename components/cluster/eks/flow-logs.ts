import { FlowLog } from "@pulumi/aws/ec2/flowLog.js";
import { RolePolicy } from "@pulumi/aws/iam/rolePolicy.js";
import type * as pulumi from "@pulumi/pulumi";
import { type AwsAccount, buildArn } from "../../shared/aws/aws-environment.ts";
import { createDeploymentRole } from "../../shared/aws/deployment-role.ts";
import { policyDocument, serviceTrustPolicy } from "../../shared/aws/iam-policy.ts";
import type { Environment } from "../../shared/environments.ts";
import { createLogGroup } from "./log-group.ts";

interface FlowLogsArgs {
  readonly environment: Environment;
  readonly clusterName: string;
  readonly aws: AwsAccount;
  readonly vpcId: pulumi.Input<string>;
  readonly logRetentionDays: number;
  readonly logKeyArn: pulumi.Input<string>;
}

/** Ten minutes, because flow logs are read after an incident, and a shorter interval creates more records. */
const AGGREGATION_SECONDS = 600;

/** VPC flow logs of accepted and rejected traffic. */
export function createFlowLogs(name: string, args: FlowLogsArgs, parent: pulumi.Resource): void {
  const { aws } = args;
  const groupName = `/aws/vpc/${args.clusterName}/flow-logs`;
  const group = createLogGroup(
    `${name}-group`,
    {
      environment: args.environment,
      name: groupName,
      retentionDays: args.logRetentionDays,
      keyArn: args.logKeyArn,
    },
    parent,
  );
  const role = createDeploymentRole(
    `${name}-role`,
    {
      aws,
      clusterName: args.clusterName,
      purpose: "flow-logs",
      description: `Writes the flow logs of ${args.clusterName}`,
      trust: serviceTrustPolicy("vpc-flow-logs.amazonaws.com", ["sts:AssumeRole"], {
        StringEquals: { "aws:SourceAccount": aws.account },
        ArnLike: { "aws:SourceArn": buildArn(aws, "ec2", "vpc-flow-log/*") },
      }),
    },
    { parent },
  );
  const groupArn = buildArn(aws, "logs", `log-group:${groupName}`);
  const policy = new RolePolicy(
    `${name}-policy`,
    {
      name: "write-flow-logs",
      role: role.name,
      policy: JSON.stringify(
        policyDocument([
          {
            Action: ["logs:CreateLogStream", "logs:PutLogEvents", "logs:DescribeLogStreams"],
            Resource: [groupArn, `${groupArn}:*`],
          },
          // This action does not support a resource restriction.
          { Action: "logs:DescribeLogGroups", Resource: buildArn(aws, "logs", "log-group:*") },
        ]),
      ),
    },
    { parent },
  );
  new FlowLog(
    `${name}-vpc`,
    {
      vpcId: args.vpcId,
      trafficType: "ALL",
      maxAggregationInterval: AGGREGATION_SECONDS,
      logDestinationType: "cloud-watch-logs",
      logDestination: group.arn,
      iamRoleArn: role.arn,
      tags: { Name: `${args.clusterName}-flow-logs` },
    },
    { parent, dependsOn: [policy] },
  );
}
