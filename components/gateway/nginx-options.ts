/** The paths of nginx: fixed in a pod, configurable when nginx runs as a local process. */
export interface NginxPaths {
  readonly certificate: string;
  readonly key: string;
  /** The internal CA, which verifies the game server's certificate. */
  readonly upstreamCaCertificate: string;
  readonly pid: string;
  /** For body buffers and other temporary files; must exist and be writable. */
  readonly temporary: string;
  readonly accessLog: string;
  readonly errorLog: string;
}

/** The paths inside the gateway's pod. */
export const NGINX_POD_PATHS: NginxPaths = {
  certificate: "/run/secrets/gateway-tls/tls.crt",
  key: "/run/secrets/gateway-tls/tls.key",
  upstreamCaCertificate: "/run/secrets/internal-tls/ca.crt",
  pid: "/tmp/nginx.pid",
  temporary: "/tmp",
  accessLog: "/dev/stdout",
  errorLog: "/dev/stderr",
};

/** The coarse rate limits per client address. */
interface GatewayRateLimits {
  readonly requestsPerSecond: number;
  readonly burst: number;
  readonly connections: number;
}

/** The options of nginx.conf. */
export interface NginxOptions {
  readonly domain: string;
  /** The listen address of a local process; undefined in a pod, where nginx listens on every interface. */
  readonly listenAddress?: string;
  readonly listenPort: number;
  readonly upstream: {
    /** The host name in the game server's certificate. */
    readonly host: string;
    /** The address of the game server if it differs from the host name. */
    readonly address?: string;
    readonly httpPort: number;
    readonly telemetryPort: number;
  };
  readonly shield: GatewayRateLimits;
  /** Whether the client address is that of the connection, or X-Forwarded-For of an Ingress controller. */
  readonly clientAddress: "connection" | "forwarded";
  /** Seconds that old workers serve their sessions after a reload or on shutdown. */
  readonly drainSeconds: number;
  readonly maxBodyBytes: number;
  /** Number of worker processes, equal to the container's cores; `auto` would count the cores of the node. */
  readonly workers: number;
  /** The loopback port of the status page; undefined without an exporter. */
  readonly statusPort?: number;
  readonly paths: NginxPaths;
}

/** Health check for kubelet and load balancer; answers 200 for any host name. */
export const GATEWAY_HEALTH_PATH = "/gateway-health";

/** The path that the exporter in the same pod scrapes. */
export const GATEWAY_STATUS_PATH = "/stub_status";

/** The loopback port of the status page, which no Service or network policy can expose. */
export const GATEWAY_STATUS_PORT = 8089;
