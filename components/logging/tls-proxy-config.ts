import { MONITORING_PORTS } from "../shared/network/monitoring-ports.ts";
import { FLUENT_BIT_HTTP_PORT } from "./fluent-bit-config.ts";

/** nginx.conf of the sidecar that terminates TLS for Fluent Bit's metrics and health endpoints. */
export function renderTlsProxyConfig(): string {
  const port = MONITORING_PORTS["fluent-bit"];
  return [
    "worker_processes 1;",
    "pid /tmp/nginx.pid;",
    "error_log /dev/stderr warn;",
    "events { worker_connections 64; }",
    "http {",
    "  access_log off;",
    "  server_tokens off;",
    ...["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map(
      (kind) => `  ${kind}_temp_path /tmp/${kind};`,
    ),
    "  server {",
    `    listen ${port} ssl;`,
    "    ssl_certificate /run/secrets/tls/tls.crt;",
    "    ssl_certificate_key /run/secrets/tls/tls.key;",
    "    ssl_protocols TLSv1.2 TLSv1.3;",
    `    location = /api/v2/metrics/prometheus { proxy_pass http://127.0.0.1:${FLUENT_BIT_HTTP_PORT}; }`,
    `    location = /api/v1/health { proxy_pass http://127.0.0.1:${FLUENT_BIT_HTTP_PORT}; }`,
    '    location = /proxy-health { return 200 "ok"; }',
    "    location / { return 404; }",
    "  }",
    "}",
    "",
  ].join("\n");
}
