import type * as pulumi from "@pulumi/pulumi";
import type { Environment } from "../../shared/environments.ts";
import { createImmutableConfigMap } from "../../shared/kubernetes/immutable-config-map.ts";
import { MONITORING_PORTS } from "../../shared/network/monitoring-ports.ts";
import { POSTGRES_MONITOR_ROLE } from "../../shared/postgres-monitor-role.ts";
import { PROMETHEUS_WEB_CONFIG_FILE } from "../../shared/prometheus-web-config.ts";
import {
  configMapMount,
  containerProbes,
  createServiceAccount,
  createSingleReplicaDeployment,
  httpsGetHandler,
  restrictedContainer,
  TLS_MOUNT,
  WEB_CONFIG_DATA,
  type WorkloadTls,
  workloadMetadata,
} from "../workload-resources.ts";

const EXPORTER_RESOURCES = { cpu: "50m", memory: "64Mi" };
const TLS_DIRECTORY = "/run/secrets/tls";

/** The user of the redis_exporter image. */
const REDIS_EXPORTER_IDENTITY = { uid: 59000, gid: 59000 };

interface RedisExporterArgs {
  readonly environment: Environment;
  readonly address: string;
  readonly secret: string;
  readonly tls: WorkloadTls;
}

/** The Redis exporter. */
export function createRedisExporter(name: string, args: RedisExporterArgs, parent: pulumi.Resource): void {
  const workload = "redis-exporter";
  const port = MONITORING_PORTS[workload];
  createServiceAccount(name, workload, args.environment, parent);
  createSingleReplicaDeployment(
    name,
    {
      workload,
      environment: args.environment,
      identity: REDIS_EXPORTER_IDENTITY,
      tls: args.tls,
      containers: [
        restrictedContainer(workload, EXPORTER_RESOURCES, {
          env: [
            { name: "REDIS_ADDR", value: `rediss://${args.address}` },
            {
              name: "REDIS_PASSWORD",
              valueFrom: { secretKeyRef: { name: args.secret, key: "redis-password" } },
            },
            { name: "REDIS_EXPORTER_TLS_CA_CERT_FILE", value: `${TLS_DIRECTORY}/ca.crt` },
            { name: "REDIS_EXPORTER_TLS_SERVER_CERT_FILE", value: `${TLS_DIRECTORY}/tls.crt` },
            { name: "REDIS_EXPORTER_TLS_SERVER_KEY_FILE", value: `${TLS_DIRECTORY}/tls.key` },
            { name: "REDIS_EXPORTER_WEB_LISTEN_ADDRESS", value: `:${port}` },
            // Key and client names may contain player names.
            { name: "REDIS_EXPORTER_EXPORT_CLIENT_LIST", value: "false" },
          ],
          ports: [{ name: "metrics", containerPort: port, protocol: "TCP" }],
          ...containerProbes(httpsGetHandler("/health", "metrics")),
          volumeMounts: [TLS_MOUNT],
        }),
      ],
      volumes: [],
    },
    { parent },
  );
}

interface PostgresExporterArgs {
  readonly environment: Environment;
  readonly address: string;
  readonly database: string;
  readonly tls: WorkloadTls;
}

/** The Postgres exporter. Its database role authenticates with the pod's certificate and has no password. */
export function createPostgresExporter(
  name: string,
  args: PostgresExporterArgs,
  parent: pulumi.Resource,
): void {
  const workload = "postgres-exporter";
  const port = MONITORING_PORTS[workload];
  const { namespace, labels } = workloadMetadata(workload, args.environment);
  const config = createImmutableConfigMap(
    `${name}-config`,
    { baseName: workload, namespace, labels, data: WEB_CONFIG_DATA },
    { parent },
  );
  createServiceAccount(name, workload, args.environment, parent);
  const { volume, mount } = configMapMount(config.name, "/etc/exporter");
  const query = `sslmode=verify-full&sslrootcert=${TLS_DIRECTORY}/ca.crt&sslcert=${TLS_DIRECTORY}/tls.crt&sslkey=${TLS_DIRECTORY}/tls.key`;
  createSingleReplicaDeployment(
    name,
    {
      workload,
      environment: args.environment,
      tls: args.tls,
      containers: [
        restrictedContainer(workload, EXPORTER_RESOURCES, {
          args: [
            `--web.config.file=/etc/exporter/${PROMETHEUS_WEB_CONFIG_FILE}`,
            `--web.listen-address=:${port}`,
            "--no-collector.replication_slot",
            "--collector.long_running_transactions",
          ],
          env: [
            {
              name: "DATA_SOURCE_NAME",
              value: `postgresql://${POSTGRES_MONITOR_ROLE}@${args.address}/${args.database}?${query}`,
            },
          ],
          ports: [{ name: "metrics", containerPort: port, protocol: "TCP" }],
          ...containerProbes(httpsGetHandler("/", "metrics")),
          volumeMounts: [mount, TLS_MOUNT],
        }),
      ],
      volumes: [volume],
    },
    { parent, dependsOn: [config.resource] },
  );
}
