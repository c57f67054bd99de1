import type * as pulumi from "@pulumi/pulumi";
import { AlarmTopic } from "./components/alarms/alarm-topic.ts";
import { Alarms, type AlarmsArgs } from "./components/alarms/alarms.ts";
import { BackupBucket, REPLICATION_RULE_ID } from "./components/backup/backup-bucket.ts";
import type { Config } from "./components/config/config.ts";
import * as slices from "./components/config/slices-stores.ts";
import type { Secrets } from "./components/secrets/secrets.ts";
import { SecretsManagerMirror } from "./components/secrets/secrets-manager-mirror.ts";
import type { AwsEnvironment } from "./components/shared/aws/aws-environment.ts";

/** What an environment on AWS has beside its cluster and its stores; wired here to keep `index.ts` a table of contents. */
export interface Cloud {
  /** Where stores announce their events. */
  readonly topicArn: pulumi.Output<string>;
  /** Makes the alarms, once the stores are known. */
  readonly watch: (stores: Pick<AlarmsArgs, "database" | "cache">) => void;
}

/** The alarm topic, the backup bucket and the mirror of the secrets; nothing where no AWS account is. */
export function createCloud(
  config: Config,
  aws: AwsEnvironment | undefined,
  secrets: Secrets,
): Cloud | undefined {
  if (aws === undefined) return undefined;
  const { environment } = config;
  const opts = { providers: [aws.provider] };
  new SecretsManagerMirror("secrets-mirror", { environment, aws, values: secrets.values }, opts);
  const { arn: topicArn } = new AlarmTopic("alarms-topic", { ...slices.alarms(config), aws }, opts);
  const backup = slices.backup(config);
  const bucket = backup && new BackupBucket("backup", { ...backup, aws }, opts);
  const replication =
    bucket?.replicaName === undefined
      ? undefined
      : { bucket: bucket.bucketName, replica: bucket.replicaName, ruleId: REPLICATION_RULE_ID };
  const { clusterName } = aws;
  return {
    topicArn,
    watch: (stores) => new Alarms("alarms", { ...stores, clusterName, topicArn, replication }, opts),
  };
}
