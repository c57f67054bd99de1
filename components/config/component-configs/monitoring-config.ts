import { MONITORING_NAMESPACE } from "../../shared/kubernetes/namespaces.ts";
import { serviceHost } from "../../shared/network/application-flows.ts";
import type { Config } from "../config.ts";
import type { InClusterMonitoringConfig } from "../schema/stack-schema.ts";
import { getBooleanVariable, getIntegerVariable, getTextVariable } from "../variables/read-variable.ts";
import { hasInClusterBackups } from "./backup-config.ts";
import { isLogShippingEnabled } from "./logging-config.ts";

/**
 * Days that a public certificate lasts at least. Let's Encrypt issues for 90 days, from 2027-02-10 for 64 and from 2028-02-16 for 45
 * (https://letsencrypt.org/2025/12/02/from-90-to-45); other public CAs may issue for 47 days at most from 2029. cert-manager renews
 * when a third is left, at the earliest 15 days before the expiry, so a quarter of 45 days is always a failed renewal.
 */
const SHORTEST_PUBLIC_DAYS = 45;

/** Days that cert-manager issues internal certificates for by default. */
const CERT_MANAGER_DAYS = 90;

/** Days that the internal certificates are valid when the public one is imported. */
const INTERNAL_DAYS = 365;

const HTTPS = 443;

/** The ServiceAccounts whose pods use the Kubernetes API. */
export function apiClients({ monitoring }: Config) {
  if (monitoring.kind === "none") return [];
  const accounts = [
    "prometheus",
    ...(monitoring.kubeStateMetrics.kind === "own" ? ["kube-state-metrics"] : []),
  ];
  return accounts.map((account) => ({ namespace: MONITORING_NAMESPACE, account }));
}

/** How the blackbox exporter reaches and verifies the gateway. */
function probeOptions({ gateway, certificates }: Config) {
  const { domain, exposure } = gateway;
  // Only with a load balancer is the public domain guaranteed to be reachable from inside the cluster.
  const isPublic = exposure.kind === "load-balancer";
  return {
    domain,
    address: `${isPublic ? domain : serviceHost("gateway")}:${HTTPS}`,
    verifyCertificate: certificates.kind !== "self-signed",
  };
}

/** The configured channels; a channel without its credential is skipped, because it would only fail. */
export function notifications(
  { credentials }: Config,
  { notifications: configured }: InClusterMonitoringConfig,
) {
  const none = { kind: "none" } as const;
  return {
    email: credentials.smtpPassword === undefined ? none : configured.email,
    slack: credentials.slackWebhookUrl === undefined ? none : configured.slack,
    pagerduty: credentials.pagerdutyRoutingKey === undefined ? none : configured.pagerduty,
    deadMansSwitch: configured.deadMansSwitch,
  };
}

/** The config keys of credentials that are missing for a configured channel. */
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
  switch (certificates.kind) {
    case "acme":
      return { publicLifetimeDays: SHORTEST_PUBLIC_DAYS, internalLifetimeDays: CERT_MANAGER_DAYS };
    case "self-signed":
      return {
        publicLifetimeDays: certificates.validityDays,
        internalLifetimeDays: certificates.validityDays,
      };
    case "imported":
      return { publicLifetimeDays: SHORTEST_PUBLIC_DAYS, internalLifetimeDays: INTERNAL_DAYS };
    default: {
      const exhaustive: never = certificates;
      return exhaustive;
    }
  }
}

/** The options of the alert and recording rules. */
export function ruleOptions(config: Config) {
  const { environment, redis, database, monitoring } = config;
  return {
    environment,
    redis: { kind: redis.kind },
    database: { kind: database.kind },
    certificates: lifetimes(config),
    alertmanagerReplicas: monitoring.kind === "in-cluster" ? monitoring.alertmanager.replicas : 0,
    logShipping: isLogShippingEnabled(config),
    discovery: getBooleanVariable(config, "GODOT_DISCOVERY_ENABLED"),
    auditLog: getBooleanVariable(config, "GODOT_AUDIT_ENABLED"),
    backups: hasInClusterBackups(config),
  };
}

/** Prometheus, Alertmanager, Grafana and the exporters; undefined without monitoring. */
export function monitoringConfig(config: Config) {
  const { monitoring, environment, database, redis } = config;
  if (monitoring.kind === "none") return undefined;
  const { storage, retentionDays, resources, replicas, remoteWrite } = monitoring.prometheus;
  const { muteTimes, silences } = monitoring.notifications;
  return {
    probes: probeOptions(config),
    prometheus: {
      environment,
      replicas,
      alertmanagerReplicas: monitoring.alertmanager.replicas,
      remoteWrite,
      nodeExporter: monitoring.nodeExporter,
      kubeStateMetrics: monitoring.kubeStateMetrics,
      verifyKubelets: monitoring.kubelet.certificates === "cluster-authority",
      redisExporter: redis.kind === "in-cluster",
      postgresExporter: database.kind === "in-cluster",
      logShipping: isLogShippingEnabled(config),
    },
    prometheusSize: { storage, retentionDays, resources },
    alertmanager: { notifications: notifications(config, monitoring), muteTimes },
    silences,
    rules: ruleOptions(config),
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
