/** Options of `redis.conf`. */
interface RedisConfigOptions {
  readonly port: number;
  /** The container's memory limit in bytes. */
  readonly memoryLimitBytes: number;
}

/** The path of the password config, which the start script writes to a directory in memory before Redis starts. */
export const REDIS_AUTH_FILE = "/run/redis/auth.conf";

/** The share of the container's memory for data; the rest is for the fork that rewrites the append-only file. */
const MAX_MEMORY_RATIO = 0.6;

/** The complete `redis.conf`: TLS only, append-only file, and eviction only of keys with an expiry. */
export function renderRedisConfig(options: RedisConfigOptions): string {
  return [
    "# The plain port is off: every connection is TLS.",
    "port 0",
    `tls-port ${options.port}`,
    "bind * -::*",
    "tls-cert-file /run/secrets/tls/tls.crt",
    "tls-key-file /run/secrets/tls/tls.key",
    "tls-ca-cert-file /run/secrets/tls/ca.crt",
    "tls-auth-clients no",
    'tls-protocols "TLSv1.2 TLSv1.3"',
    "",
    "dir /data",
    "appendonly yes",
    "# A crash loses at most a second of mesh state.",
    "appendfsync everysec",
    'save ""',
    "",
    `maxmemory ${Math.floor(options.memoryLimitBytes * MAX_MEMORY_RATIO)}`,
    "# Sessions and counters carry an expiry and may go early; mesh ownership carries none and stays.",
    "maxmemory-policy volatile-ttl",
    "tcp-keepalive 60",
    "timeout 0",
    "",
    "# The password, written by the container's start script from the mounted Secret.",
    `include ${REDIS_AUTH_FILE}`,
    "",
  ].join("\n");
}
