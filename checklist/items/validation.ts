import { defineDerivedSection } from "../define-section.ts";

const common = {
  phase: "post-deployment",
  timing: "half-hour-after",
  priority: "critical",
  owner: "operator",
  docs: "docs/verification.md",
} as const;

const health = defineDerivedSection(
  {
    ...common,
    id: "post.application-health",
    seedSection: "Application health",
    count: 8,
    title: "Application health",
  },
  [
    {
      id: "post.application-health.answers",
      title: "Every API endpoint behaves as the contract specifies.",
      method: "live",
      check: { probe: "features/http-api", target: "environment" },
    },
    {
      id: "post.application-health.version",
      title: "Every server reports the expected version.",
      method: "live",
      check: { probe: "smoke/status-endpoint", finding: "version", target: "environment" },
    },
    {
      id: "post.application-health.telemetry",
      title: "Telemetry frames arrive at the specified rate.",
      method: "live",
      check: { probe: "features/telemetry-stream", target: "environment" },
    },
    {
      id: "post.application-health.readiness",
      title: "Every server is ready and none is draining.",
      method: "live",
      check: { probe: "health/readiness", finding: "none-draining", target: "environment" },
    },
    {
      id: "post.application-health.restarts",
      title: "No container has restarted or was OOM-killed.",
      method: "live",
      check: { probe: "health/pod-restarts", target: "environment" },
      appliesWhen: ["kubernetes"],
    },
    {
      id: "post.application-health.zones",
      title: "The servers are spread across zones as planned.",
      priority: "high",
      method: "live",
      check: { probe: "health/zone-spread", target: "environment" },
      appliesWhen: ["kubernetes"],
    },
    {
      id: "post.application-health.disruption",
      title: "Draining one node would leave enough servers for the players.",
      priority: "high",
      method: "live",
      check: { probe: "health/disruption-budgets", target: "environment" },
      appliesWhen: ["kubernetes"],
    },
    {
      id: "post.application-health.autoscaler",
      title: "The autoscaler can read the metrics that it scales by.",
      priority: "high",
      docs: "docs/reference-server.md",
      method: "live",
      check: { probe: "health/autoscaler", finding: "metrics", target: "environment" },
      appliesWhen: ["kubernetes"],
    },
  ],
);

const performance = defineDerivedSection(
  {
    ...common,
    id: "post.performance",
    seedSection: "Performance validation",
    count: 6,
    title: "Performance",
    priority: "high",
    docs: "docs/reference-server.md",
  },
  [
    {
      id: "post.performance.frame-rate",
      title: "Every server runs at 85 to 95 frames per second.",
      method: "live",
      check: { probe: "health/frame-rate", finding: "rate", target: "environment" },
    },
    {
      id: "post.performance.frame-time",
      title: "The slowest frames are within the frame time limit for VR.",
      method: "live",
      check: { probe: "health/frame-rate", finding: "frame-time", target: "environment" },
    },
    {
      id: "post.performance.memory",
      title: "Every game server container uses less than 400 MB of memory.",
      method: "live",
      check: { probe: "health/memory", target: "environment" },
    },
    {
      id: "post.performance.cpu",
      title: "The servers have spare CPU before the autoscaler adds another one.",
      priority: "medium",
      method: "live",
      check: { probe: "health/cpu-headroom", target: "environment" },
    },
    {
      id: "post.performance.response-time",
      title: "The p95 API latency is within its target.",
      method: "live",
      check: { probe: "smoke/response-time", target: "environment" },
    },
    {
      id: "post.performance.errors",
      title: "The HTTP error rate is within its target.",
      method: "live",
      check: { probe: "health/error-rate", target: "environment" },
    },
  ],
);

const database = defineDerivedSection(
  {
    ...common,
    id: "post.database",
    seedSection: "Database health",
    count: 4,
    title: "Database health",
    owner: "database-administrator",
    docs: "docs/data.md",
    appliesWhen: ["own-database"],
  },
  [
    {
      id: "post.database.answers",
      title: "The application role can connect to the database over TLS.",
      method: "live",
      check: { probe: "health/database-connection", finding: "answers", target: "environment" },
    },
    {
      id: "post.database.connections",
      title: "The database has enough free connections for additional servers.",
      priority: "high",
      method: "live",
      check: { probe: "health/database-connection", finding: "headroom", target: "environment" },
    },
    {
      id: "post.database.archive",
      title: "WAL segments are archived within five minutes, without failures.",
      method: "live",
      check: { probe: "health/wal-archive", target: "environment" },
    },
    {
      id: "post.database.storage",
      title: "At the current growth, the database storage lasts for weeks.",
      priority: "high",
      method: "live",
      check: { probe: "health/volumes", finding: "database-space", target: "environment" },
    },
  ],
);

const cache = defineDerivedSection(
  {
    ...common,
    id: "post.cache",
    seedSection: "Cache health",
    count: 3,
    title: "Cache health",
    docs: "docs/data.md",
    appliesWhen: ["own-redis"],
  },
  [
    {
      id: "post.cache.answers",
      title: "Redis accepts TLS connections with its password and rejects those without it.",
      method: "live",
      check: { probe: "health/redis-connection", target: "environment" },
    },
    {
      id: "post.cache.memory",
      title: "Redis memory usage is below its threshold, and no keys were evicted.",
      priority: "high",
      method: "live",
      check: { probe: "health/redis-memory", target: "environment" },
    },
    {
      id: "post.cache.persistence",
      title: "Redis has written its append-only file without errors.",
      method: "live",
      check: { probe: "health/redis-persistence", target: "environment" },
    },
  ],
);

const security = defineDerivedSection(
  {
    ...common,
    id: "post.security",
    seedSection: "Security validation",
    count: 5,
    title: "Security",
    owner: "security-reviewer",
    docs: "docs/eks-best-practices.md",
  },
  [
    {
      id: "post.security.certificate",
      title:
        "The public certificate is trusted, matches the public name, and is served over TLS 1.2 or 1.3 only.",
      method: "live",
      check: { probe: "smoke/tls-certificate", target: "environment" },
      records: "expiry date",
    },
    {
      id: "post.security.certificate-lifetimes",
      title: "No public or internal certificate is about to expire.",
      docs: "docs/certificates.md",
      method: "live",
      check: { probe: "health/certificate-lifetime", target: "environment" },
      records: "the earliest expiry date",
    },
    {
      id: "post.security.debug-ports",
      title: "The language server port cannot be reached from outside.",
      method: "live",
      check: { probe: "smoke/language-server-closed", target: "environment" },
    },
    {
      id: "post.security.network-isolation",
      title: "The network rejects a connection that the plan does not allow.",
      method: "live",
      check: { probe: "health/network-isolation", target: "environment" },
      appliesWhen: ["kubernetes"],
    },
    {
      id: "post.security.headers",
      title: "Responses through the gateway have every security header.",
      priority: "high",
      method: "live",
      check: { probe: "health/security-headers", target: "environment" },
      appliesWhen: ["kubernetes"],
    },
  ],
);

const monitoring = defineDerivedSection(
  {
    ...common,
    id: "post.monitoring",
    seedSection: "Monitoring validation",
    count: 4,
    title: "Monitoring",
    priority: "high",
    docs: "docs/monitoring.md",
    appliesWhen: ["kubernetes"],
  },
  [
    {
      id: "post.monitoring.quiet",
      title: "No alert except the watchdog is firing.",
      method: "live",
      check: { probe: "health/alerts-quiet", target: "environment" },
    },
    {
      id: "post.monitoring.watchdog",
      title: "The external receiver of the watchdog has received its signal from this environment.",
      method: "live",
      check: { probe: "health/watchdog", target: "environment" },
    },
    {
      id: "post.monitoring.logs",
      title: "A newly written log line arrives in the log storage.",
      docs: "docs/logging.md",
      method: "live",
      check: { probe: "health/log-shipping", target: "environment" },
    },
    {
      id: "post.monitoring.delivery",
      title: "A real fault has notified the on-call engineer on every channel.",
      method: "drill",
      check: { drill: "alert-delivery" },
    },
  ],
);

const business = defineDerivedSection(
  {
    ...common,
    id: "post.business",
    seedSection: "Business functionality",
    count: 5,
    title: "Business functionality",
    owner: "quality-engineer",
  },
  [
    {
      id: "post.business.scenes",
      title: "A client with the required role can change the scene, and players see the change.",
      method: "live",
      check: { probe: "features/scene-management", target: "environment" },
    },
    {
      id: "post.business.players",
      title: "A player's state is restored after leaving and rejoining.",
      method: "live",
      check: { probe: "features/player-state", finding: "persistent", target: "environment" },
    },
    {
      id: "post.business.world",
      title: "An object that one player creates is visible to another player.",
      method: "live",
      check: { probe: "features/world-state", target: "environment" },
    },
    {
      id: "post.business.meshing",
      title: "Game servers discover their peers and share player state.",
      method: "live",
      check: { probe: "features/server-meshing", target: "environment" },
    },
    {
      id: "post.business.roles",
      title: "A player cannot perform an action that requires another role.",
      method: "live",
      check: { probe: "features/access-control", target: "environment" },
    },
  ],
);

/** Seed document 000 (delivery summary 2.5.0): validation after a deployment. */
export const validation = [health, performance, database, cache, security, monitoring, business];
