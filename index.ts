import type * as pulumi from "@pulumi/pulumi";
import { AdmissionPolicies } from "./components/admission/admission-policies.ts";
import { AlarmTopic } from "./components/alarms/alarm-topic.ts";
import { Alarms } from "./components/alarms/alarms.ts";
import { BackupBucket } from "./components/backup/backup-bucket.ts";
import { InClusterBackups } from "./components/backup/in-cluster/in-cluster-backups.ts";
import { createPostgresArchiving } from "./components/backup/in-cluster/postgres-archiving.ts";
import { Certificates } from "./components/certificates/certificates.ts";
import {
  certificateRevisionAnnotations,
  findServerTlsMount,
  serverTlsMount,
  tlsVolume,
} from "./components/certificates/tls-mount.ts";
import type { Cluster } from "./components/cluster/cluster.ts";
import { createCluster } from "./components/cluster/create-cluster.ts";
import { Namespaces } from "./components/cluster/namespaces.ts";
import { NetworkPolicies } from "./components/cluster/network-policies.ts";
import * as configs from "./components/config/component-configs/index.ts";
import type { Config } from "./components/config/config.ts";
import { loadConfig } from "./components/config/load-config.ts";
import { createDataStores, type DataStores } from "./components/data/data-stores.ts";
import { GameServer } from "./components/game-server/game-server.ts";
import { GATEWAY_PORT, Gateway } from "./components/gateway/gateway.ts";
import { createLogShipping } from "./components/logging/create-log-shipping.ts";
import { createMonitoring } from "./components/monitoring/create-monitoring.ts";
import { Secrets } from "./components/secrets/secrets.ts";
import { SecretsManagerMirror } from "./components/secrets/secrets-manager-mirror.ts";
import type { AwsEnvironment } from "./components/shared/aws/aws-environment.ts";
import { useImageCache } from "./components/shared/aws/image-cache.ts";

/**
 * The Pulumi program: creates the components of one environment and returns the stack outputs. It is the only export,
 * because Pulumi accepts either a default export or named exports.
 */
export default function program(config: Config = loadConfig()): Record<string, unknown> {
  const { environment } = config;
  const cluster = createCluster("cluster", configs.clusterConfig(config));
  const { aws, providers, dns } = cluster;

  const namespaces = new Namespaces(
    "namespaces",
    {
      environment,
      namespaces: configs.environmentNamespaces(config),
      hasReadinessGates: config.cluster.kind === "eks",
    },
    { providers, dependsOn: [cluster] },
  );
  const inNamespaces = { providers, dependsOn: [namespaces] };
  new AdmissionPolicies("admission", configs.admissionConfig(config), inNamespaces);
  const flows = configs.networkFlows(config, GATEWAY_PORT, aws?.network);
  const network = new NetworkPolicies("network", { environment, flows, dns }, inNamespaces);
  const secrets = new Secrets("secrets", configs.secretsConfig(config), inNamespaces);
  const { certManagerReady } = cluster;
  const certificatesArgs = { ...configs.certificatesConfig(config), certManagerReady };
  const certificates = new Certificates("certificates", certificatesArgs, inNamespaces);

  // Pods reference Secrets by name, which does not create a dependency.
  const opts = {
    providers,
    dependsOn: [namespaces, network, secrets, certificates],
    transformations: aws === undefined ? [] : [useImageCache(aws)],
  };
  const services: Services = { config, cluster, secrets, certificates, opts };

  const awsServices = aws && createAwsServices(config, aws, secrets);
  const stores = createStores(services, awsServices?.topic.elastiCacheArn);
  if (awsServices !== undefined) createAlarms(awsServices, stores);
  createInClusterBackups(services, stores);
  const gameServer = createGameServer(services, stores);
  createGateway(services, gameServer);
  createEnvironmentMonitoring(services);
  createEnvironmentLogging(services);
  return { environment, url: configs.publicUrl(config) };
}

/** The components that every workload depends on. */
interface Services {
  readonly config: Config;
  readonly cluster: Cluster;
  readonly secrets: Secrets;
  readonly certificates: Certificates;
  readonly opts: pulumi.ComponentResourceOptions & { readonly dependsOn: pulumi.Resource[] };
}

type AwsServices = ReturnType<typeof createAwsServices>;

function createAwsServices(config: Config, aws: AwsEnvironment, secrets: Secrets) {
  const { environment } = config;
  const opts = { providers: [aws.provider] };
  new SecretsManagerMirror("secrets-mirror", { environment, aws, values: secrets.values }, opts);
  const topic = new AlarmTopic("alarms-topic", { ...configs.alarmTopicConfig(config), aws }, opts);
  const backup = configs.backupBucketConfig(config);
  const bucket = backup && new BackupBucket("backup", { ...backup, aws }, opts);
  return { aws, topic, replication: bucket?.replication, opts };
}

function createAlarms({ aws, topic, replication, opts }: AwsServices, stores: DataStores): void {
  const { database, redis } = stores;
  const args = { clusterName: aws.clusterName, topicArn: topic.arn, database, redis, replication };
  // An alarm on a store that does not exist yet has no data, and for some alarms that is an alarm.
  new Alarms("alarms", args, { ...opts, dependsOn: stores.resources });
}

function createStores(services: Services, topicArn: pulumi.Output<string> | undefined): DataStores {
  const { config, cluster, secrets, certificates, opts } = services;
  const backup = configs.inClusterBackupConfig(config);
  return createDataStores(
    configs.dataStoresConfig(config),
    {
      storageClass: cluster.storageClass,
      secretNames: secrets.objectNames,
      tls: {
        postgres: findServerTlsMount(certificates.mounts, "postgres"),
        redis: findServerTlsMount(certificates.mounts, "redis"),
      },
      aws: cluster.aws,
      topicArn,
      redisPassword: secrets.values.get("redis-password"),
      placement: cluster.placement("system"),
      archiving: backup && createPostgresArchiving(backup.database.port),
    },
    opts,
  );
}

function createInClusterBackups(
  { config, cluster, secrets, certificates, opts }: Services,
  stores: DataStores,
): void {
  const backup = configs.inClusterBackupConfig(config);
  if (backup === undefined) return;
  const tls = serverTlsMount(certificates.mounts, "backup-repository");
  new InClusterBackups(
    "backup",
    {
      ...backup,
      storageClass: backup.storageClass ?? cluster.storageClass,
      drillStorageClass: cluster.storageClass,
      secretName: secrets.objectNames.backup,
      tlsVolume: tls.volume,
      tlsAnnotations: tls.annotations,
    },
    { ...opts, dependsOn: [...opts.dependsOn, ...stores.resources] },
  );
}

function createGameServer(services: Services, stores: DataStores): GameServer {
  const { config, cluster, secrets, certificates, opts } = services;
  const tls = serverTlsMount(certificates.mounts, "game-server");
  return new GameServer(
    "game-server",
    {
      ...configs.gameServerConfig(config),
      zones: cluster.zones,
      redisCaCertificates: stores.redisCaCertificates,
      pod: {
        ...configs.gameServerPodConfig(config),
        secretVariables: configs.secretVariables(config).map(({ name, secret }) => ({
          name,
          reference: secrets.reference("spacetime", secret),
        })),
        deployedVariables: stores.deployedVariables,
        tlsVolume: tls.volume,
        annotations: tls.annotations,
        placement: cluster.placement("game"),
      },
    },
    { ...opts, dependsOn: [...opts.dependsOn, ...stores.resources] },
  );
}

function createGateway(services: Services, gameServer: GameServer): Gateway {
  const { config, cluster, certificates, opts } = services;
  const { mounts } = certificates;
  const metricsTls =
    config.monitoring.kind === "none" ? undefined : serverTlsMount(mounts, "gateway", "metrics-tls");
  return new Gateway(
    "gateway",
    {
      ...configs.gatewayConfig(config),
      zones: cluster.zones,
      loadBalancer: cluster.loadBalancer,
      certificateSecret: mounts.gateway.secretName,
      certificateVolume: tlsVolume("gateway-tls", mounts.gateway),
      internalCaVolume: tlsVolume("internal-tls", mounts.internalCa),
      metricsVolume: metricsTls?.volume,
      annotations: {
        ...certificateRevisionAnnotations(mounts.gateway, mounts.internalCa),
        ...metricsTls?.annotations,
      },
    },
    { ...opts, dependsOn: [...opts.dependsOn, gameServer] },
  );
}

function createEnvironmentMonitoring({ config, cluster, secrets, certificates, opts }: Services): void {
  const monitoring = configs.monitoringConfig(config);
  if (monitoring === undefined) return;
  const { probes, redisAddress, postgres, ...args } = monitoring;
  const { objectNames } = secrets;
  const redis = redisAddress === undefined ? undefined : { address: redisAddress, secret: objectNames.redis };
  createMonitoring(
    {
      ...args,
      aws: cluster.aws,
      exporters: { probes, redis, postgres },
      storageClass: cluster.storageClass,
      secrets: objectNames,
      tls: (server) => ({
        ...serverTlsMount(certificates.mounts, server),
        placement: cluster.placement("monitoring"),
      }),
    },
    opts,
  );
}

function createEnvironmentLogging({ config, cluster, certificates, opts }: Services): void {
  const logging = configs.logShippingConfig(config);
  if (logging === undefined) return;
  const { environment, destination } = logging;
  const tls = serverTlsMount(certificates.mounts, "fluent-bit");
  createLogShipping({ environment, destination, tls, aws: cluster.aws }, opts);
}
