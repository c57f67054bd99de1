import {
  MONITORING_NAMESPACE,
  NAMESPACES,
  type Namespace,
  NODES_NAMESPACE,
} from "../shared/kubernetes/namespaces.ts";
import { type InternalTlsServer, serviceHost } from "../shared/network/application-flows.ts";
import type { Config } from "./config.ts";
import type { InClusterMonitoringConfig } from "./schema/stack-schema.ts";
import { getIntegerVariable, getTextVariable } from "./variables/read-variable.ts";

/** Days that Let's Encrypt certifies for, and cert-manager by default for internal leaves. */
const ISSUED_DAYS = 90;

/** Days that the internal leaves are valid beside an imported certificate. */
const LEAF_DAYS = 365;

const HTTPS = 443;

/** Whether logs leave the cluster. */
export const logShipping = ({ logs }: Config): boolean => logs.kind !== "stdout";

/** The namespaces of this deployment: that of the nodes only where something stands in it. */
export function namespaces(config: Config): Namespace[] {
  const { monitoring } = config;
  const onNodes = monitoring.kind === "in-cluster" && monitoring.nodeExporter.kind === "own";
  return NAMESPACES.filter((name) => name !== NODES_NAMESPACE || onNodes || logShipping(config));
}

/** Who gets an internal certificate. */
export function internalServers(config: Config): InternalTlsServer[] {
  const { monitoring, database, redis } = config;
  return [
    "game-server",
    ...(database.kind === "in-cluster" ? (["postgres"] as const) : []),
    ...(redis.kind === "in-cluster" ? (["redis"] as const) : []),
    ...(monitoring.kind === "in-cluster" ? monitoringServers(monitoring, config) : []),
    ...(logShipping(config) ? (["fluent-bit"] as const) : []),
  ];
}

function monitoringServers(
  monitoring: InClusterMonitoringConfig,
  { database, redis }: Config,
): InternalTlsServer[] {
  return [
    "gateway",
    "prometheus",
    "alertmanager",
    "grafana",
    "blackbox-exporter",
    ...(redis.kind === "in-cluster" ? (["redis-exporter"] as const) : []),
    ...(database.kind === "in-cluster" ? (["postgres-exporter"] as const) : []),
    ...(monitoring.nodeExporter.kind === "own" ? (["node-exporter"] as const) : []),
    ...(monitoring.kubeStateMetrics.kind === "own" ? (["kube-state-metrics"] as const) : []),
  ];
}

/** The ServiceAccounts whose pods ask the API server. */
export function apiClients({ monitoring }: Config) {
  if (monitoring.kind === "none") return [];
  const accounts = [
    "prometheus",
    ...(monitoring.kubeStateMetrics.kind === "own" ? ["kube-state-metrics"] : []),
  ];
  return accounts.map((account) => ({ namespace: MONITORING_NAMESPACE, account }));
}

/** How the public door is found and proven from inside. */
function probeOptions({ gateway, certificates }: Config) {
  const { domain, exposure } = gateway;
  // Only a load balancer's address is sure to answer from inside the cluster under its public name.
  const isPublic = exposure.kind === "load-balancer";
  return {
    domain,
    address: `${isPublic ? domain : serviceHost("gateway")}:${HTTPS}`,
    verifyCertificate: certificates.kind !== "self-signed",
  };
}

/** The channels that can work: one whose credential nobody has given could only fail, and is left out. */
export function notifications({ credentials }: Config, { notifications: wanted }: InClusterMonitoringConfig) {
  const none = { kind: "none" } as const;
  return {
    email: credentials.smtpPassword === undefined ? none : wanted.email,
    slack: credentials.slackWebhookUrl === undefined ? none : wanted.slack,
    pagerduty: credentials.pagerdutyRoutingKey === undefined ? none : wanted.pagerduty,
    deadMansSwitch: wanted.deadMansSwitch,
  };
}

/** The channels that the config asks for and that wait for their credential, by the key that it is given under. */
export function channelsWithoutCredential(config: Config): string[] {
  const { monitoring, credentials } = config;
  if (monitoring.kind === "none") return [];
  const { email, slack, pagerduty } = monitoring.notifications;
  return [
    ...(email.kind !== "none" && credentials.smtpPassword === undefined ? ["smtpPassword"] : []),
    ...(slack.kind !== "none" && credentials.slackWebhookUrl === undefined ? ["slackWebhookUrl"] : []),
    ...(pagerduty.kind !== "none" && credentials.pagerdutyRoutingKey === undefined
      ? ["pagerdutyRoutingKey"]
      : []),
  ];
}

function lifetimes({ certificates }: Config) {
  const both = (days: number) => ({ publicLifetimeDays: days, internalLifetimeDays: days });
  switch (certificates.kind) {
    case "acme":
      return both(ISSUED_DAYS);
    case "self-signed":
      return both(certificates.validityDays);
    case "imported":
      return both(LEAF_DAYS);
    default: {
      const exhaustive: never = certificates;
      return exhaustive;
    }
  }
}

/** The part of the slice that the rules are made of. */
export function rules(config: Config) {
  const { environment, redis, database, monitoring } = config;
  return {
    environment,
    redis: { kind: redis.kind },
    database: { kind: database.kind },
    certificates: lifetimes(config),
    alertmanagerReplicas: monitoring.kind === "in-cluster" ? monitoring.alertmanager.replicas : 0,
    logShipping: logShipping(config),
    backups: false,
  };
}

/** The slice of the monitoring, where there is one; without the probes, which the program makes. */
export function monitoring(config: Config) {
  const { monitoring: own, environment, database, redis } = config;
  if (own.kind === "none") return undefined;
  const { storage, retentionDays, resources, replicas, remoteWrite } = own.prometheus;
  const { muteTimes, silences } = own.notifications;
  return {
    probes: probeOptions(config),
    prometheus: {
      environment,
      replicas,
      alertmanagerReplicas: own.alertmanager.replicas,
      remoteWrite,
      nodeExporter: own.nodeExporter,
      kubeStateMetrics: own.kubeStateMetrics,
      verifyKubelets: own.kubelet.certificates === "cluster-authority",
      redisExporter: redis.kind === "in-cluster",
      postgresExporter: database.kind === "in-cluster",
      logShipping: logShipping(config),
    },
    prometheusSize: { storage, retentionDays, resources },
    alertmanager: { notifications: notifications(config, own), muteTimes },
    silences,
    rules: rules(config),
    redisAddress:
      redis.kind === "in-cluster"
        ? `${serviceHost("redis")}:${getIntegerVariable(config, "GODOT_REDIS_PORT")}`
        : undefined,
    postgres:
      database.kind === "in-cluster"
        ? {
            address: `${serviceHost("postgres")}:${getIntegerVariable(config, "GODOT_DATABASE_PORT")}`,
            database: getTextVariable(config, "GODOT_DATABASE_NAME"),
          }
        : undefined,
  };
}

/** The slice of the log shipper, where logs leave the cluster. */
export function logging({ environment, logs, cluster }: Config) {
  switch (logs.kind) {
    case "stdout":
      return undefined;
    case "cloudwatch": {
      const { kind, region, retentionDays, auditRetentionDays, cidrs } = logs;
      return {
        environment,
        destination: {
          kind,
          region,
          retentionDays,
          auditRetentionDays,
          createsGroups: cluster.kind !== "eks",
        },
        receiver: { name: "cloudwatch", why: "ships logs", cidrs, port: HTTPS },
        cloudRole: cluster.kind === "eks",
      };
    }
    case "loki": {
      const { kind, host, port, tenant, cidrs } = logs;
      return {
        environment,
        destination: { kind, host, port, tenant },
        receiver: { name: "loki", why: "ships logs", cidrs, port },
        cloudRole: false,
      };
    }
    default: {
      const exhaustive: never = logs;
      return exhaustive;
    }
  }
}
