import { MetricAlarm, type MetricAlarmArgs } from "@pulumi/aws/cloudwatch/metricAlarm.js";
import { EventSubscription } from "@pulumi/aws/rds/eventSubscription.js";
import * as pulumi from "@pulumi/pulumi";
import { dependsOnList } from "../shared/depends-on.ts";
import {
  type AlarmDefinition,
  type DatabaseAlarmArgs,
  databaseAlarms,
  networkAlarms,
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
  readonly #dependsOn: pulumi.Resource[];

  constructor(name: string, args: AlarmsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("spacetime-vr:alarms:Alarms", name, {}, opts);
    // Children do not inherit the dependencies of their component.
    this.#dependsOn = dependsOnList(opts ?? {});
    const alarms = [
      ...networkAlarms(),
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
        ...alarmSource(alarm),
        comparisonOperator: alarm.comparison,
        threshold: alarm.threshold,
        evaluationPeriods: alarm.periods,
        treatMissingData: alarm.silence,
        alarmActions: [topicArn],
        okActions: [topicArn],
      },
      { parent: this, dependsOn: this.#dependsOn },
    );
  }
}

function alarmSource(alarm: AlarmDefinition): Partial<MetricAlarmArgs> {
  const period = alarm.periodSeconds;
  if ("query" in alarm)
    return { metricQueries: [{ id: "query", expression: alarm.query, period, returnData: true }] };
  const { namespace, metric, dimensions, statistic } = alarm;
  return { namespace, metricName: metric, dimensions: { ...dimensions }, statistic, period };
}
