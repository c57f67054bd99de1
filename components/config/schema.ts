import { z } from "zod";
import { alarms } from "./schema/alarms.ts";
import { aws } from "./schema/aws.ts";
import { backup } from "./schema/backup.ts";
import { certificates } from "./schema/certificates.ts";
import { cluster } from "./schema/cluster.ts";
import { database, redis } from "./schema/data.ts";
import { gameServer } from "./schema/game-server.ts";
import { gateway } from "./schema/gateway.ts";
import { logs } from "./schema/logs.ts";
import { monitoring } from "./schema/monitoring.ts";
import { credentials, secretVersions } from "./schema/secrets.ts";
import type { resources, scaling } from "./schema/workload.ts";

/** What `Pulumi.<environment>.yaml` holds under the project's namespace, as written. */
export const stackSchema = z.strictObject({
  aws,
  cluster,
  gameServer,
  gateway,
  database,
  redis,
  certificates,
  backup,
  alarms,
  monitoring,
  logs,
  secretVersions,
  ...credentials,
});

/** The parsed stack file. */
export type StackFile = z.infer<typeof stackSchema>;
export type ClusterConfig = StackFile["cluster"];
export type EksConfig = Extract<ClusterConfig, { kind: "eks" }>;
export type AwsConfig = NonNullable<StackFile["aws"]>;
export type GameServerConfig = StackFile["gameServer"];
export type GameServerPoolConfig = GameServerConfig["pools"][number];
export type GatewayConfig = StackFile["gateway"];
export type ScalingConfig = z.infer<typeof scaling>;
export type ResourcesConfig = z.infer<typeof resources>;
export type DatabaseConfig = StackFile["database"];
export type RedisConfig = StackFile["redis"];
export type CertificatesConfig = StackFile["certificates"];
export type BackupConfig = NonNullable<StackFile["backup"]>;
export type AlarmsConfig = NonNullable<StackFile["alarms"]>;
export type MonitoringConfig = StackFile["monitoring"];
export type InClusterMonitoringConfig = Extract<MonitoringConfig, { kind: "in-cluster" }>;
export type LogsConfig = StackFile["logs"];
