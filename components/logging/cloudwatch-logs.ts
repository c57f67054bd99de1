import { LogGroup } from "@pulumi/aws/cloudwatch/logGroup.js";
import * as pulumi from "@pulumi/pulumi";
import { type AwsEnvironment, buildArn } from "../shared/aws/aws-environment.ts";
import { PodRole } from "../shared/aws/pod-role.ts";
import type { Environment } from "../shared/environments.ts";
import { NODES_NAMESPACE } from "../shared/kubernetes/namespaces.ts";
import type { LogDestination } from "./fluent-bit-config.ts";
import { LOG_STREAMS, logGroupName } from "./log-streams.ts";

interface CloudWatchLogsArgs {
  readonly environment: Environment;
  readonly aws: AwsEnvironment;
  readonly destination: Extract<LogDestination, { kind: "cloudwatch" }>;
}

/** Encrypted log groups with a retention, and a role that can write to them, but not read or delete. */
export class CloudWatchLogs extends pulumi.ComponentResource {
  constructor(name: string, args: CloudWatchLogsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("spacetime-vr:logging:LogCloud", name, {}, opts);
    const { environment, aws, destination } = args;
    const days = { app: destination.retentionDays, audit: destination.auditRetentionDays };
    for (const stream of LOG_STREAMS) {
      new LogGroup(
        `${name}-${stream}`,
        {
          name: logGroupName(environment, stream),
          kmsKeyId: aws.keys.logs,
          retentionInDays: days[stream],
        },
        // Audit logs are kept when the deployment is deleted.
        { parent: this, protect: environment === "production" && stream === "audit" },
      );
    }
    const groups = LOG_STREAMS.map((stream) =>
      buildArn(aws, "logs", `log-group:${logGroupName(environment, stream)}`),
    );
    new PodRole(
      `${name}-role`,
      {
        aws,
        purpose: "fluent-bit",
        namespace: NODES_NAMESPACE,
        serviceAccount: "fluent-bit",
        statements: [
          {
            Sid: "WriteLogs",
            Action: ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"],
            Resource: groups.flatMap((arn) => [arn, `${arn}:*`]),
          },
        ],
      },
      { parent: this },
    );
    this.registerOutputs({});
  }
}
