import { MetricAlarm } from "@pulumi/aws/cloudwatch/metricAlarm.js";
import { EventSubscription } from "@pulumi/aws/rds/eventSubscription.js";
import * as pulumi from "@pulumi/pulumi";
import {
  type AlarmDefinition,
  type DatabaseAlarmArgs,
  databaseAlarms,
  type RedisAlarmArgs,
  type ReplicationAlarmArgs,
  redisAlarms,
  replicationAlarms,
} from "./alarm-definitions.ts";

interface AlarmsArgs {
  /** The prefix of every AWS name of the environment. */
  readonly clusterName: string;
  readonly topicArn: pulumi.Output<string>;
  readonly database: DatabaseAlarmArgs | undefined;
  readonly redis: RedisAlarmArgs | undefined;
  readonly replication: ReplicationAlarmArgs | undefined;
}

/** RDS event categories that require attention; routine events would only cause alert fatigue. */
const RDS_EVENT_CATEGORIES = [
  "availability",
  "deletion",
  "failover",
  "failure",
  "low storage",
  "recovery",
  "security",
];

/** CloudWatch alarms for the AWS services of an environment; Prometheus covers the cluster. */
export class Alarms extends pulumi.ComponentResource {
  constructor(name: string, args: AlarmsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("spacetime-vr:alarms:Alarms", name, {}, opts);
    const alarms = [
      ...(args.database === undefined ? [] : databaseAlarms(args.database)),
      ...(args.redis === undefined ? [] : redisAlarms(args.redis)),
      ...(args.replication === undefined ? [] : replicationAlarms(args.replication)),
    ];
    for (const alarm of alarms) this.#createAlarm(name, alarm, args);
    if (args.database !== undefined) {
      new EventSubscription(
        `${name}-database-events`,
        {
          name: `${args.clusterName}-database`,
          snsTopic: args.topicArn,
          sourceType: "db-instance",
          sourceIds: [args.database.identifier],
          eventCategories: RDS_EVENT_CATEGORIES,
        },
        { parent: this },
      );
    }
    this.registerOutputs({});
  }

  #createAlarm(name: string, alarm: AlarmDefinition, { clusterName, topicArn }: AlarmsArgs): void {
    new MetricAlarm(
      `${name}-${alarm.name}`,
      {
        name: `${clusterName}-${alarm.name}`,
        alarmDescription: alarm.description,
        namespace: alarm.namespace,
        metricName: alarm.metric,
        dimensions: { ...alarm.dimensions },
        statistic: alarm.statistic,
        comparisonOperator: alarm.comparison,
        threshold: alarm.threshold,
        period: alarm.periodSeconds,
        evaluationPeriods: alarm.periods,
        treatMissingData: alarm.silence,
        alarmActions: [topicArn],
        okActions: [topicArn],
      },
      { parent: this },
    );
  }
}
