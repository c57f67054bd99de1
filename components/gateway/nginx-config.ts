import { nginxBlock } from "./nginx-block.ts";
import type { NginxOptions } from "./nginx-options.ts";
import { defaultServer, domainServer, securityHeaderDirectives, statusServer } from "./nginx-servers.ts";

/** Fields of the JSON access log; query strings are omitted because they may contain tokens. */
const LOG_FIELDS: Readonly<Record<string, string>> = {
  time: "$time_iso8601",
  request_id: "$request_id",
  remote_addr: "$remote_addr",
  method: "$request_method",
  path: "$uri",
  protocol: "$server_protocol",
  status: "$status",
  bytes_sent: "$bytes_sent",
  request_time: "$request_time",
  upstream_status: "$upstream_status",
  upstream_time: "$upstream_response_time",
  limit_status: "$limit_req_status",
  user_agent: "$http_user_agent",
};

function accessLogFormat(): string[] {
  const fields = Object.entries(LOG_FIELDS).map(([name, value]) => `"${name}":"${value}"`);
  return [`log_format json escape=json '{${fields.join(",")}}';`];
}

function upstreamBlocks({ upstream }: NginxOptions): string[] {
  const pool = (name: string, port: number): string[] =>
    nginxBlock(`upstream ${name}`, [
      // There is one upstream address (the Service), so it must not be marked as failed after an error.
      `server ${upstream.address ?? upstream.host}:${port} max_fails=0;`,
      "keepalive 64;",
    ]);
  return [
    ...pool("game_server_http", upstream.httpPort),
    ...pool("game_server_telemetry", upstream.telemetryPort),
  ];
}

function rateLimitZones({ shield }: NginxOptions): string[] {
  return [
    "# A coarse shield per client address. The limits of the API itself (300 requests a minute in all, 10 to 30 for",
    "# scenes, 100 for status) are enforced once, in the game server, where all gateways share one count.",
    `limit_req_zone $binary_remote_addr zone=requests:10m rate=${shield.requestsPerSecond}r/s;`,
    "limit_conn_zone $binary_remote_addr zone=connections:10m;",
    "limit_req_status 429;",
    "limit_conn_status 429;",
  ];
}

function realIpDirectives(options: NginxOptions): string[] {
  if (options.clientAddress === "connection") return [];
  return [
    "# Only the Ingress controller can reach this port (network policy), so what it says of the client is believed.",
    "set_real_ip_from 0.0.0.0/0;",
    "real_ip_header X-Forwarded-For;",
  ];
}

function tlsDirectives({ paths }: NginxOptions): string[] {
  return [
    `ssl_certificate ${paths.certificate};`,
    `ssl_certificate_key ${paths.key};`,
    "ssl_protocols TLSv1.2 TLSv1.3;",
    "ssl_ciphers ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305;",
    "ssl_prefer_server_ciphers off;",
    "ssl_session_cache shared:tls:10m;",
    "ssl_session_timeout 1h;",
    "ssl_session_tickets off;",
  ];
}

function temporaryPathDirectives({ paths }: NginxOptions): string[] {
  return ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map(
    (kind) => `${kind}_temp_path ${paths.temporary}/${kind};`,
  );
}

/** The complete nginx.conf of the gateway: TLS, security headers, the routes, the shield and a JSON access log. */
export function renderNginxConfig(options: NginxOptions): string {
  const http = [
    "server_tokens off;",
    `client_max_body_size ${options.maxBodyBytes};`,
    "client_body_timeout 10s;",
    "client_header_timeout 10s;",
    "keepalive_timeout 65s;",
    "reset_timedout_connection on;",
    ...temporaryPathDirectives(options),
    "",
    ...accessLogFormat(),
    `access_log ${options.paths.accessLog} json;`,
    "",
    ...nginxBlock("map $http_upgrade $connection_upgrade", ["default upgrade;", '"" "";']),
    "",
    ...realIpDirectives(options),
    ...rateLimitZones(options),
    "",
    ...tlsDirectives(options),
    "",
    ...securityHeaderDirectives(),
    "",
    ...upstreamBlocks(options),
    "",
    ...statusServer(options),
    ...defaultServer(options),
    "",
    ...domainServer(options),
  ];
  return [
    `worker_processes ${options.workers};`,
    `pid ${options.paths.pid};`,
    "# Lower levels quote the request line, and tokens have been seen in query strings. A failing upstream shows in the",
    "# access log as its status.",
    `error_log ${options.paths.errorLog} crit;`,
    "# Long sessions outlive a reload: old workers serve them this long.",
    `worker_shutdown_timeout ${options.drainSeconds}s;`,
    "worker_rlimit_nofile 16384;",
    "",
    ...nginxBlock("events", ["worker_connections 8192;"]),
    "",
    ...nginxBlock("http", http),
    "",
  ].join("\n");
}
