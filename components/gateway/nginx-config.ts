import { GATEWAY_HEALTH_PATH, GATEWAY_STATUS_PATH, type NginxOptions } from "./nginx-options.ts";

/** The complete nginx.conf of the gateway: TLS, security headers, routes, rate limits and a JSON access log. */
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

function indentLines(lines: readonly string[], depth = 1): string[] {
  return lines.map((line) => (line === "" ? line : `${"  ".repeat(depth)}${line}`));
}

/** A directive with a body: `head { … }`. */
function nginxBlock(head: string, lines: readonly string[]): string[] {
  return [`${head} {`, ...indentLines(lines), "}"];
}

/** Fields of the JSON access log; query strings are omitted because they may contain tokens. */
const LOG_FIELDS: Readonly<Record<string, string>> = {
  time: "$time_iso8601",
  request_id: "$request_id",
  remote_addr: "$remote_addr",
  method: "$request_method",
  path: "$logged_path",
  protocol: "$server_protocol",
  status: "$status",
  bytes_sent: "$bytes_sent",
  request_time: "$request_time",
  upstream_status: "$upstream_status",
  upstream_time: "$upstream_response_time",
  limit_status: "$limit_req_status",
  user_agent: "$logged_user_agent",
};

/** Well-formed UTF-8, byte by byte (Unicode 15, table 3-7). */
const UTF8_SEQUENCE = [
  "[\\x00-\\x7f]++",
  "[\\xc2-\\xdf][\\x80-\\xbf]",
  "\\xe0[\\xa0-\\xbf][\\x80-\\xbf]",
  "[\\xe1-\\xec\\xee\\xef][\\x80-\\xbf]{2}",
  "\\xed[\\x80-\\x9f][\\x80-\\xbf]",
  "\\xf0[\\x90-\\xbf][\\x80-\\xbf]{2}",
  "[\\xf1-\\xf3][\\x80-\\xbf]{3}",
  "\\xf4[\\x80-\\x8f][\\x80-\\xbf]{2}",
].join("|");

/** A client's text for the log: cut at the first byte that is not UTF-8, because `escape=json` would copy it into the JSON. */
function loggedText(variable: string, logged: string): string[] {
  return nginxBlock(`map ${variable} $logged_${logged}`, [
    `"~^(?:${UTF8_SEQUENCE})*+\\z" ${variable};`,
    `"~^(?<valid_${logged}>(?:${UTF8_SEQUENCE})*+)" "\${valid_${logged}}\ufffd";`,
  ]);
}

function accessLogFormat(): string[] {
  const fields = Object.entries(LOG_FIELDS).map(([name, value]) => `"${name}":"${value}"`);
  return [
    ...loggedText("$uri", "path"),
    ...loggedText("$http_user_agent", "user_agent"),
    `log_format json escape=json '{${fields.join(",")}}';`,
  ];
}

function upstreamBlocks({ upstream }: NginxOptions): string[] {
  const pool = (name: string, port: number): string[] =>
    nginxBlock(`upstream ${name}`, [
      // The only upstream address is the Service, so it must not be marked as failed after an error.
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

/** Sent with every response, including errors. The API serves only data, which must not be embedded, sniffed or executed. */
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
function securityHeaderDirectives(): string[] {
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
function defaultServer(options: NginxOptions): string[] {
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

/** The status page of nginx for the exporter in the same pod. */
function statusServer({ statusPort }: NginxOptions): string[] {
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

/** Paths that are not public: /drain is for the preStop hook, /metrics for Prometheus. */
function internalPathLocations(): string[] {
  return ["/drain", "/metrics"].flatMap((path) => nginxBlock(`location = ${path}`, ["return 404;"]));
}

/** The server for the public domain: the routes, with rate limits. */
function domainServer(options: NginxOptions): string[] {
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
