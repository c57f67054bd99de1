import type { VariableCategory } from "./types.ts";
import {
  boolean,
  choice,
  defineSecret,
  defineSetting,
  integer,
  list,
  localOrElse,
  port,
} from "./variable-builders.ts";

/** Metrics and health endpoints. */
export const MONITORING: VariableCategory = {
  title: "Monitoring",
  variables: [
    defineSetting({
      name: "GODOT_METRICS_ENABLED",
      type: boolean,
      default: true,
      description: "Serves GET /metrics.",
    }),
    defineSecret({
      name: "GODOT_METRICS_SCRAPE_TOKEN",
      secret: "metrics-scrape-token",
      description: "Bearer token of Prometheus; it grants access to /metrics only.",
    }),
    defineSetting({
      name: "GODOT_METRICS_INTERVAL_SECONDS",
      type: integer(1, 60),
      default: 5,
      description: "Interval at which frame rate, memory and counts are sampled.",
    }),
    defineSetting({
      name: "GODOT_METRICS_LATENCY_BUCKETS_MS",
      type: list(/^[1-9]\d{0,5}$/, "100"),
      default: "5,10,25,50,100,250,500,1000,2500,5000",
      description: "Upper bounds of the request-duration histogram, in ascending order.",
    }),
    defineSetting({
      name: "GODOT_HEALTH_STALL_SECONDS",
      type: integer(1, 300),
      default: localOrElse(60, 10),
      description:
        "Time without an iteration of the main loop after which /health fails and Kubernetes restarts the server.",
    }),
    defineSetting({
      name: "GODOT_READY_TIMEOUT_MS",
      type: integer(50, 10000),
      default: 1000,
      description: "Timeout of /ready for responses from Postgres and Redis.",
    }),
  ],
};

/** The WebSocket on 8081 (seed documents 002 and 003). */
export const TELEMETRY: VariableCategory = {
  title: "Telemetry",
  variables: [
    defineSetting({
      name: "GODOT_TELEMETRY_ENABLED",
      type: boolean,
      default: true,
      description: "Streams frame data to connected clients.",
    }),
    defineSetting({
      name: "GODOT_TELEMETRY_PORT",
      type: port,
      default: 8081,
      otherReaders: ["gateway", "kubernetes"],
      description: "TCP port of the telemetry WebSocket.",
    }),
    defineSetting({
      name: "GODOT_TELEMETRY_RATE_HZ",
      type: integer(1, 240),
      default: { local: 30, staging: 90, production: 90, package: 90 },
      description: "Frames sent per second; a rate above the target frame rate would send duplicate frames.",
    }),
    defineSetting({
      name: "GODOT_TELEMETRY_FORMAT",
      type: choice("binary", "json"),
      default: localOrElse("json", "binary"),
      description: "Default encoding of a frame; clients can request the other one when they connect.",
    }),
    defineSetting({
      name: "GODOT_TELEMETRY_COMPRESSION",
      type: choice("none", "deflate"),
      default: localOrElse("none", "deflate"),
      description: "Compression of the WebSocket (permessage-deflate, RFC 7692).",
    }),
    defineSetting({
      name: "GODOT_TELEMETRY_COMPRESSION_MIN_BYTES",
      type: integer(0, 1048576),
      default: 1024,
      description: "Minimum size of a message to be compressed.",
    }),
    defineSetting({
      name: "GODOT_TELEMETRY_MAX_CLIENTS",
      type: integer(1, 10000),
      default: { local: 8, staging: 64, production: 128, package: 128 },
      description:
        "Maximum number of telemetry connections per server; further ones are closed with 1013 (try again later).",
    }),
    defineSetting({
      name: "GODOT_TELEMETRY_AUTH_REQUIRED",
      type: boolean,
      default: localOrElse(false, true),
      description: "Requires a token in the WebSocket handshake.",
    }),
  ],
};

/** Logs, their redaction, and audit records. */
export const LOGGING: VariableCategory = {
  title: "Logging and audit",
  variables: [
    defineSetting({
      name: "GODOT_LOG_LEVEL",
      type: choice("debug", "info", "warning", "error"),
      default: localOrElse("debug", "info"),
      description: "Minimum severity that is logged.",
    }),
    defineSetting({
      name: "GODOT_LOG_FORMAT",
      type: choice("json", "text"),
      default: localOrElse("text", "json"),
      description: "Log format: one JSON object per line, or plain text.",
    }),
    defineSetting({
      name: "GODOT_LOG_REDACTION_ENABLED",
      type: boolean,
      default: true,
      description: "Redacts the values of GODOT_LOG_REDACTED_FIELDS in every log line.",
    }),
    defineSetting({
      name: "GODOT_LOG_REDACTED_FIELDS",
      type: list(/^[a-z_]+$/, "password"),
      default: "authorization,cookie,email,key,password,secret,token",
      description:
        "Fields whose values are redacted in logs; a part of the name matches (token matches access_token).",
    }),
    defineSetting({
      name: "GODOT_LOG_CLIENT_ADDRESS",
      type: choice("full", "truncated", "none"),
      default: localOrElse("full", "truncated"),
      description: "How player addresses are logged: in full, without the last octet, or not at all.",
    }),
    defineSetting({
      name: "GODOT_AUDIT_ENABLED",
      type: boolean,
      default: true,
      otherReaders: ["monitoring"],
      description:
        "Writes an audit record for each audited event, marked so that it can be stored separately.",
    }),
    defineSetting({
      name: "GODOT_AUDIT_EVENTS",
      type: list(/^(auth|scene|admin|player|world|drain)$/, "auth"),
      default: "auth,scene,admin,player,drain",
      description: "Audited event types: auth, scene, admin, player, world, drain.",
    }),
  ],
};
