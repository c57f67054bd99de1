import { z } from "zod";
import { alarms } from "./alarms.ts";
import { aws } from "./aws.ts";
import { backup } from "./backup.ts";
import { certificates } from "./certificates.ts";
import { cluster } from "./cluster.ts";
import { database, redis } from "./data-stores.ts";
import { gameServer } from "./game-server.ts";
import { gateway } from "./gateway.ts";
import { logs } from "./logs.ts";
import { monitoring } from "./monitoring.ts";
import { credentials, secretVersions } from "./secrets.ts";
import type { scaling } from "./workload-size.ts";

/** The schema of `Pulumi.<environment>.yaml`, without the project's namespace. */
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
export type ScalingConfig = z.infer<typeof scaling>;
export type DatabaseConfig = StackFile["database"];
export type RedisConfig = StackFile["redis"];
type MonitoringConfig = StackFile["monitoring"];
export type InClusterMonitoringConfig = Extract<MonitoringConfig, { kind: "in-cluster" }>;
