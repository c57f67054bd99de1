import { nginxBlock } from "./nginx-block.ts";
import { GATEWAY_HEALTH_PATH, GATEWAY_STATUS_PATH, type NginxOptions } from "./nginx-options.ts";

/** Sent with every answer, errors included; the API serves data, so nothing may be embedded, sniffed or executed. */
const SECURITY_HEADERS: Readonly<Record<string, string>> = {
  "Strict-Transport-Security": "max-age=63072000; includeSubDomains",
  "X-Content-Type-Options": "nosniff",
  "X-Frame-Options": "DENY",
  "Referrer-Policy": "no-referrer",
  "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
  "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
  "Cross-Origin-Resource-Policy": "same-site",
};

/** nginx drops inherited headers in blocks with `add_header`, so those blocks repeat all headers. */
export function securityHeaderDirectives(): string[] {
  return Object.entries(SECURITY_HEADERS).map(([name, value]) => `add_header ${name} "${value}" always;`);
}

function proxyDirectives({ upstream, paths }: NginxOptions): string[] {
  return [
    "proxy_http_version 1.1;",
    "proxy_set_header Host $host;",
    "proxy_set_header X-Request-ID $request_id;",
    "proxy_set_header X-Real-IP $remote_addr;",
    "# Replaced, not appended to: a client cannot speak for another address.",
    "proxy_set_header X-Forwarded-For $remote_addr;",
    "proxy_set_header X-Forwarded-Proto https;",
    "proxy_ssl_verify on;",
    "proxy_ssl_verify_depth 2;",
    `proxy_ssl_trusted_certificate ${paths.upstreamCaCertificate};`,
    `proxy_ssl_name ${upstream.host};`,
    "proxy_ssl_server_name on;",
    "proxy_ssl_protocols TLSv1.2 TLSv1.3;",
    "proxy_ssl_session_reuse on;",
    "proxy_connect_timeout 5s;",
  ];
}

function listenAddressAndPort({ listenAddress, listenPort }: NginxOptions): string {
  return listenAddress === undefined ? String(listenPort) : `${listenAddress}:${listenPort}`;
}

/** The default server for requests with another host name, such as those of the kubelet and load balancers. */
export function defaultServer(options: NginxOptions): string[] {
  return nginxBlock("server", [
    `listen ${listenAddressAndPort(options)} ssl default_server;`,
    "server_name _;",
    ...nginxBlock(`location = ${GATEWAY_HEALTH_PATH}`, [
      "access_log off;",
      "default_type text/plain;",
      'return 200 "ok\\n";',
    ]),
    ...nginxBlock("location /", ["return 421;"]),
  ]);
}

/** nginx's own figures, for the exporter in the same pod. */
export function statusServer({ statusPort }: NginxOptions): string[] {
  if (statusPort === undefined) return [];
  return nginxBlock("server", [
    `listen 127.0.0.1:${statusPort};`,
    "access_log off;",
    ...nginxBlock(`location = ${GATEWAY_STATUS_PATH}`, ["stub_status;"]),
    ...nginxBlock("location /", ["return 404;"]),
  ]);
}

function rateLimitedLocation(): string[] {
  return nginxBlock("location @limited", [
    ...securityHeaderDirectives(),
    "add_header Retry-After 1 always;",
    "default_type application/json;",
    'return 429 \'{"error":"rate limited by the gateway"}\';',
  ]);
}

function telemetryLocation(options: NginxOptions): string[] {
  return nginxBlock("location = /telemetry", [
    "proxy_pass https://game_server_telemetry;",
    "proxy_set_header Upgrade $http_upgrade;",
    "proxy_set_header Connection $connection_upgrade;",
    ...proxyDirectives(options),
    "# Telemetry runs at 90 Hz: a minute of silence is a dead connection, a buffer is only delay.",
    "proxy_read_timeout 60s;",
    "proxy_send_timeout 60s;",
    "proxy_buffering off;",
  ]);
}

function apiLocation(options: NginxOptions): string[] {
  return nginxBlock("location /", [
    "proxy_pass https://game_server_http;",
    'proxy_set_header Connection "";',
    ...proxyDirectives(options),
    "proxy_read_timeout 30s;",
    "proxy_send_timeout 30s;",
  ]);
}

/** Paths that only the cluster may call: the drain hook on loopback, the scraper inside the cluster. */
function internalPathLocations(): string[] {
  return ["/drain", "/metrics"].flatMap((path) => nginxBlock(`location = ${path}`, ["return 404;"]));
}

/** The game's own name: the routes, behind the shield. */
export function domainServer(options: NginxOptions): string[] {
  return nginxBlock("server", [
    `listen ${listenAddressAndPort(options)} ssl;`,
    `server_name ${options.domain};`,
    `limit_req zone=requests burst=${options.shield.burst} nodelay;`,
    `limit_conn connections ${options.shield.connections};`,
    "error_page 429 = @limited;",
    ...rateLimitedLocation(),
    ...internalPathLocations(),
    ...telemetryLocation(options),
    ...apiLocation(options),
  ]);
}
