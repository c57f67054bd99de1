import type { Config } from "../config.ts";

const HTTPS = 443;

/** Whether logs are shipped from the cluster. */
export function isLogShippingEnabled({ logs }: Config): boolean {
  return logs.kind !== "stdout";
}

/** The log shipper and its receiver; undefined if logs are not shipped. */
export function logShippingConfig({ environment, logs, cluster }: Config) {
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
