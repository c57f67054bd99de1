/** Where nginx finds and leaves its files: fixed in a pod, chosen where nginx runs as a process of this machine. */
export interface NginxPaths {
  readonly certificate: string;
  readonly key: string;
  /** The internal CA, which verifies the game server's certificate. */
  readonly upstreamCaCertificate: string;
  readonly pid: string;
  /** Body buffers and the like; must exist and be writable. */
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

/** The coarse limits per client address. */
export interface GatewayRateLimits {
  readonly requestsPerSecond: number;
  readonly burst: number;
  readonly connections: number;
}

/** Everything the gateway's nginx.conf depends on. */
export interface NginxOptions {
  readonly domain: string;
  /** Where nginx runs as a process of this machine: the address it listens on. In a pod, every one. */
  readonly listenAddress?: string;
  readonly listenPort: number;
  readonly upstream: {
    /** The name that the game server's certificate is for. */
    readonly host: string;
    /** Where it is found, when that is not its name. */
    readonly address?: string;
    readonly httpPort: number;
    readonly telemetryPort: number;
  };
  readonly shield: GatewayRateLimits;
  /** Whether the client's address is the connection's own, or what an Ingress controller wrote into X-Forwarded-For. */
  readonly clientAddress: "connection" | "forwarded";
  /** Seconds that old workers keep serving their sessions after a reload or a shutdown. */
  readonly drainSeconds: number;
  readonly maxBodyBytes: number;
  /** Worker processes: as many as the container has cores; nginx itself would count the node's. */
  readonly workers: number;
  /** The loopback address of nginx's status page; omitted without an exporter. */
  readonly statusPort?: number;
  readonly paths: NginxPaths;
}

/** Answers with 200 to kubelet and load balancer, whatever name they call it by. */
export const GATEWAY_HEALTH_PATH = "/gateway-health";

/** The address that the exporter in the same pod scrapes. */
export const GATEWAY_STATUS_PATH = "/stub_status";

/** The port for it: loopback, which no Service and no policy can open. */
export const GATEWAY_STATUS_PORT = 8089;
