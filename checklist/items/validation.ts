import { defineDerivedSection } from "../define-section.ts";

const common = {
  phase: "post-deployment",
  timing: "half-hour-after",
  priority: "critical",
  owner: "operator",
  docs: "docs/guides/verification.md#system-checks",
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
      title: "The API does what the contract says for every endpoint.",
      method: "live",
      check: { probe: "features/http-api", target: "environment" },
    },
    {
      id: "post.application-health.version",
      title: "Every server reports the version that was released.",
      method: "live",
      check: { probe: "smoke/status-endpoint", finding: "version", target: "environment" },
    },
    {
      id: "post.application-health.telemetry",
      title: "Telemetry keeps arriving at its promised rate.",
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
      title: "No container has restarted or was killed for its memory.",
      method: "live",
      check: { probe: "health/pod-restarts", target: "environment" },
      appliesWhen: ["kubernetes"],
    },
    {
      id: "post.application-health.zones",
      title: "The servers are spread over the zones as the plan asks.",
      priority: "high",
      method: "live",
      check: { probe: "health/zone-spread", target: "environment" },
      appliesWhen: ["kubernetes"],
    },
    {
      id: "post.application-health.disruption",
      title: "Draining one node now would leave enough servers for the players.",
      priority: "high",
      method: "live",
      check: { probe: "health/disruption-budgets", target: "environment" },
      appliesWhen: ["kubernetes"],
    },
    {
      id: "post.application-health.autoscaler",
      title: "The autoscaler sees the metrics it scales by.",
      priority: "high",
      docs: "docs/guides/game-server.md#scaling",
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
    docs: "docs/guides/game-server.md#targets",
  },
  [
    {
      id: "post.performance.frame-rate",
      title: "Every server runs at 85 to 95 frames a second.",
      method: "live",
      check: { probe: "health/frame-rate", finding: "rate", target: "environment" },
    },
    {
      id: "post.performance.frame-time",
      title: "The slowest frames are fast enough for VR.",
      method: "live",
      check: { probe: "health/frame-rate", finding: "frame-time", target: "environment" },
    },
    {
      id: "post.performance.memory",
      title: "Every server's container uses less than 400 MB.",
      method: "live",
      check: { probe: "health/memory", target: "environment" },
    },
    {
      id: "post.performance.cpu",
      title: "The servers have CPU to spare before the autoscaler must act.",
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
    docs: "docs/guides/data.md#postgres",
    appliesWhen: ["own-database"],
  },
  [
    {
      id: "post.database.answers",
      title: "The database answers the application's own role over TLS.",
      method: "live",
      check: { probe: "health/database-connection", finding: "answers", target: "environment" },
    },
    {
      id: "post.database.connections",
      title: "The database has connections left for the servers still to come.",
      priority: "high",
      docs: "docs/guides/data.md#connections",
      method: "live",
      check: { probe: "health/database-connection", finding: "headroom", target: "environment" },
    },
    {
      id: "post.database.archive",
      title: "WAL segments are archived within five minutes, without failures.",
      docs: "docs/guides/backup.md#point-in-time-recovery",
      method: "live",
      check: { probe: "health/wal-archive", target: "environment" },
    },
    {
      id: "post.database.storage",
      title: "The database's storage lasts for weeks at the present growth.",
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
    docs: "docs/guides/data.md#redis",
    appliesWhen: ["own-redis"],
  },
  [
    {
      id: "post.cache.answers",
      title: "Redis answers over TLS with its password and refuses without it.",
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
      title: "Redis wrote its append-only file without an error.",
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
    docs: "docs/guides/security.md#after-a-deployment",
  },
  [
    {
      id: "post.security.certificate",
      title: "The public certificate is valid for the name, trusted and served with modern TLS only.",
      method: "live",
      check: { probe: "smoke/tls-certificate", target: "environment" },
      records: "expiry date",
    },
    {
      id: "post.security.certificate-lifetimes",
      title: "No certificate, public or internal, is close to its end.",
      docs: "docs/guides/certificates.md#renewal",
      method: "live",
      check: { probe: "health/certificate-lifetime", target: "environment" },
      records: "the earliest expiry date",
    },
    {
      id: "post.security.debug-ports",
      title: "The language server cannot be reached from outside.",
      docs: "docs/guides/security.md#debug-ports",
      method: "live",
      check: { probe: "smoke/language-server-closed", target: "environment" },
    },
    {
      id: "post.security.network-isolation",
      title: "A connection the plan does not allow is refused by the network.",
      docs: "docs/guides/security.md#network",
      method: "live",
      check: { probe: "health/network-isolation", target: "environment" },
      appliesWhen: ["kubernetes"],
    },
    {
      id: "post.security.headers",
      title: "Answers through the gateway carry every security header.",
      priority: "high",
      docs: "docs/guides/security.md#gateway",
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
    docs: "docs/guides/monitoring.md#alerts",
    appliesWhen: ["kubernetes"],
  },
  [
    {
      id: "post.monitoring.quiet",
      title: "No alert is firing but the watchdog.",
      method: "live",
      check: { probe: "health/alerts-quiet", target: "environment" },
    },
    {
      id: "post.monitoring.watchdog",
      title: "The watchdog's outside receiver has heard from this environment.",
      docs: "docs/guides/monitoring.md#watchdog",
      method: "live",
      check: { probe: "health/watchdog", target: "environment" },
    },
    {
      id: "post.monitoring.logs",
      title: "A line logged now is found where logs are kept.",
      docs: "docs/guides/logging.md#shipping",
      method: "live",
      check: { probe: "health/log-shipping", target: "environment" },
    },
    {
      id: "post.monitoring.delivery",
      title: "A real fault has paged the person on call through every channel.",
      docs: "docs/guides/monitoring.md#routing",
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
    docs: "docs/guides/verification.md#features",
  },
  [
    {
      id: "post.business.scenes",
      title: "Whoever may change the scene can do so, and players see the change.",
      method: "live",
      check: { probe: "features/scene-management", target: "environment" },
    },
    {
      id: "post.business.players",
      title: "A player's state is still there after leaving and coming back.",
      method: "live",
      check: { probe: "features/player-state", finding: "persistent", target: "environment" },
    },
    {
      id: "post.business.world",
      title: "What one player builds another finds.",
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
      title: "A player cannot do what takes another role.",
      method: "live",
      check: { probe: "features/access-control", target: "environment" },
    },
  ],
);

/** Seed document 000 (delivery summary 2.5.0): validation after a deployment. */
export const validation = [health, performance, database, cache, security, monitoring, business];
