import { stringify } from "yaml";
import type { Environment } from "../shared/environments.ts";
import { NAMESPACES, NODES_NAMESPACE } from "../shared/kubernetes/namespaces.ts";
import { type LogStream, logGroupName } from "./log-streams.ts";

/** The destination of the logs. */
export type LogDestination =
  | {
      readonly kind: "cloudwatch";
      readonly region: string;
      readonly retentionDays: number;
      readonly auditRetentionDays: number;
      /** Whether Fluent Bit creates the log groups, because the deployment does not. */
      readonly createsGroups: boolean;
    }
  | {
      readonly kind: "loki";
      readonly host: string;
      readonly port: number;
      readonly tenant: string | undefined;
    };

/** Fluent Bit's HTTP server on loopback; nginx in the same pod terminates TLS. */
export const FLUENT_BIT_HTTP_PORT = 2020;

/** The name of the workload, which is the prefix of its pods and log files. */
const FLUENT_BIT_WORKLOAD = "fluent-bit";

/** The tag of audit records, which have a separate output, buffer and retention. */
const AUDIT_TAG = "audit";

/** The buffer on the node while the receiver is unavailable: about a day of a busy node at 1 KiB per line. */
const BUFFER_SIZES = { app: "512M", audit: "256M" } as const;

/** The complete fluent-bit.yaml. */
export function renderFluentBitConfig(environment: Environment, destination: LogDestination): string {
  return stringify(
    {
      service: {
        flush: 1,
        // Time to flush records in memory on shutdown.
        grace: 30,
        log_level: "info",
        http_server: "on",
        http_listen: "127.0.0.1",
        http_port: FLUENT_BIT_HTTP_PORT,
        health_check: "on",
        hc_errors_count: 5,
        hc_retry_failure_count: 20,
        hc_period: 60,
        "storage.path": "/buffers",
        "storage.sync": "normal",
        "storage.metrics": "on",
        "storage.max_chunks_up": 64,
      },
      parsers: [{ name: "json-line", format: "json" }],
      pipeline: {
        inputs: [tailInput()],
        filters: filterConfigs(environment),
        outputs: [
          outputConfig("app", environment, destination),
          outputConfig(AUDIT_TAG, environment, destination),
        ],
      },
    },
    { lineWidth: 0 },
  );
}

function tailInput(): object {
  return {
    name: "tail",
    alias: "containers",
    tag: "containers.*",
    // Only logs of the project's namespaces are read.
    path: NAMESPACES.map((namespace) => `/var/log/containers/*_${namespace}_*.log`).join(","),
    // Shipping its own errors would create an endless loop of failures.
    exclude_path: `/var/log/containers/${FLUENT_BIT_WORKLOAD}-*_${NODES_NAMESPACE}_*.log`,
    "multiline.parser": "cri, docker",
    // Existing lines are shipped too. A new pod reads all files again: duplicates are better than loss.
    read_from_head: true,
    db: "/buffers/positions.db",
    "db.locking": true,
    "storage.type": "filesystem",
    skip_long_lines: true,
    buffer_max_size: "256k",
    refresh_interval: 10,
    rotate_wait: 30,
    path_key: "file",
  };
}

function filterConfigs(environment: Environment): object[] {
  const everything = "containers.*";
  return [
    { name: "modify", match: everything, rename: "log message", set: `environment ${environment}` },
    { name: "lua", match: everything, code: POD_METADATA_LUA, call: "place" },
    // Parses JSON lines and merges their fields with the pod metadata.
    {
      name: "parser",
      match: everything,
      key_name: "message",
      parser: "json-line",
      reserve_data: true,
      preserve_key: false,
    },
    { name: "lua", match: everything, script: "/etc/fluent-bit/filter.lua", call: "filter" },
    {
      name: "rewrite_tag",
      match: everything,
      rule: `$stream ^${AUDIT_TAG}$ ${AUDIT_TAG}.$TAG false`,
      emitter_name: "audit",
      "emitter_storage.type": "filesystem",
      emitter_mem_buf_limit: "32M",
    },
  ];
}

/** Pod, namespace and container are taken from the file name, so no access to the API server is needed. */
const POD_METADATA_LUA = [
  "function place(tag, timestamp, record)",
  '  local file = record.file or ""',
  '  local pod, namespace, container = string.match(file, "([^/_]+)_([^_]+)_(.+)%-%x+%.log$")',
  "  record.file = nil",
  "  record.pod, record.namespace, record.container = pod, namespace, container",
  "  return 2, timestamp, record",
  "end",
].join("\n");

/** If the deployment does not create the log groups, Fluent Bit creates them with a retention. */
function logGroupCreationSettings(
  stream: LogStream,
  { auditRetentionDays, retentionDays }: Extract<LogDestination, { kind: "cloudwatch" }>,
): object {
  return {
    auto_create_group: true,
    log_retention_days: stream === "audit" ? auditRetentionDays : retentionDays,
  };
}

function outputConfig(stream: LogStream, environment: Environment, destination: LogDestination): object {
  const common = {
    alias: stream,
    match: stream === "audit" ? `${AUDIT_TAG}.*` : "containers.*",
    "storage.total_limit_size": BUFFER_SIZES[stream],
    // Audit records are retried without limit; other records are dropped after about a day, which a metric counts.
    retry_limit: stream === "audit" ? "no_limits" : 100,
  };
  switch (destination.kind) {
    case "cloudwatch":
      return {
        name: "cloudwatch_logs",
        ...common,
        region: destination.region,
        log_group_name: logGroupName(environment, stream),
        log_stream_prefix: "nodes.",
        log_stream_template: "$namespace.$pod.$container",
        ...(destination.createsGroups ? logGroupCreationSettings(stream, destination) : {}),
      };
    case "loki":
      return {
        name: "loki",
        ...common,
        host: destination.host,
        port: destination.port,
        tls: true,
        "tls.verify": true,
        ...(destination.tenant === undefined ? {} : { tenant_id: destination.tenant }),
        // Labels with few values, so that Loki's index does not grow with the players; retention rules select by `stream`.
        labels: `job=spacetime-vr, environment=${environment}, stream=${stream}`,
        label_keys: "$namespace,$container",
        line_format: "json",
      };
    default: {
      const exhaustive: never = destination;
      return exhaustive;
    }
  }
}
