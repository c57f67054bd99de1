/**
 * The names of the checks that items require. The module that implements a check declares the same name;
 * `compareWithDeclaredChecks` in check-coverage.ts reports the differences.
 */

/** Checks that need no running environment; the prefix is what they read: config, release, scan results, source tree, checklist. */
export const staticCheckNames = [
  "config/schema",
  "config/variables-complete",
  "config/variables-valid",
  "config/no-placeholders",
  "config/no-example-values",
  "config/alternatives",
  "config/ports",
  "config/debug-flags",
  "config/feature-flags",
  "config/database-connections",
  "release/executable",
  "release/size",
  "release/export-metadata",
  "release/server-build",
  "release/no-log-files",
  "release/checksums",
  "release/signature",
  "release/reproducible",
  "scan/dependencies",
  "scan/images",
  "repository/tests",
  "repository/check",
  "repository/e2e",
  "repository/no-log-files",
  "repository/ignore-rules",
  "repository/secret-files",
  "repository/secret-config",
  "repository/committed",
  "repository/golden-plans",
  "repository/alert-tests",
  "repository/route-tests",
  "repository/runbooks",
  "repository/panel-metrics",
  "repository/schema-compatibility",
  "repository/documentation",
  "checklist/pre-deployment-closed",
  "checklist/no-blocker",
  "checklist/go-decision",
  "checklist/evidence",
] as const;

/** The live checks, by suite; `verify`, `smoke`, `health` and `features` have 10, 10, 34 and 8. */
export const probeNamesBySuite = {
  verify: [
    "instances-running",
    "api-health",
    "api-status",
    "telemetry-websocket",
    "scene-loaded",
    "authentication",
    "rate-limiting",
    "scene-whitelist",
    "performance-metrics",
    "automated-validation",
  ],
  smoke: [
    "health-endpoint",
    "status-endpoint",
    "metrics-endpoint",
    "websocket",
    "debug-adapter-closed",
    "language-server-closed",
    "response-time",
    "authentication",
    "rate-limiting",
    "tls-certificate",
  ],
  health: [
    "namespaces",
    "configuration",
    "volumes",
    "rollout",
    "services",
    "gateway-exposure",
    "public-name",
    "network-policies",
    "network-isolation",
    "autoscaler",
    "disruption-budgets",
    "zone-spread",
    "readiness",
    "pod-restarts",
    "image-digest",
    "frame-rate",
    "memory",
    "cpu-headroom",
    "error-rate",
    "security-headers",
    "certificate-lifetime",
    "database-connection",
    "database-schema",
    "wal-archive",
    "backups",
    "redis-connection",
    "redis-memory",
    "redis-persistence",
    "scrape-targets",
    "alert-rules",
    "alerts-quiet",
    "watchdog",
    "dashboards",
    "log-shipping",
  ],
  features: [
    "http-api",
    "telemetry-stream",
    "scene-management",
    "access-control",
    "player-state",
    "world-state",
    "server-meshing",
    "vr-fallback",
  ],
  security: [
    "forged-tokens",
    "role-escalation",
    "path-traversal",
    "hostile-bodies",
    "rate-limit-evasion",
    "scene-escape",
    "debug-ports",
  ],
  load: ["profile"],
  /** Checks of the platform before the product is deployed to it. */
  preflight: [
    "platform-ready",
    "connectivity",
    "public-name",
    "cluster-version",
    "cluster-capacity",
    "storage-class",
  ],
  /** Checks of the environment's update history. */
  history: [
    "started",
    "completed",
    "policy-passed",
    "steps-recorded",
    "restore-point",
    "rollback-target",
    "rollback-recorded",
  ],
} as const;

/** Prometheus queries over a period of time. */
export const trendNames = [
  "trend/api-availability",
  "trend/frame-rate",
  "trend/memory",
  "trend/latency",
  "trend/error-rate",
  "trend/requests",
  "trend/restarts",
  "trend/dropped-sessions",
  "trend/authentication-failures",
  "trend/rate-limited",
  "trend/log-errors",
  "trend/log-warnings",
] as const;

/** Drills: what the result must measure, and after how many days it expires. */
export const drills = {
  "database-restore": { measures: "restore time and data loss, in seconds", maxAgeDays: 35 },
  "point-in-time-recovery": { measures: "difference from the requested time, in seconds", maxAgeDays: 90 },
  "redis-restore": { measures: "restore time and number of restored keys", maxAgeDays: 90 },
  "secrets-restore": { measures: "secrets and certificates restored without reissuing", maxAgeDays: 90 },
  "secret-rotation": { measures: "failed requests during the rotation of one secret", maxAgeDays: 90 },
  rollback: { measures: "seconds from the command to a verified environment", maxAgeDays: 90 },
  "alert-delivery": {
    measures: "seconds from the fault to the notification on each channel",
    maxAgeDays: 35,
  },
  "incident-exercise": { measures: "seconds from the fault to its identified cause", maxAgeDays: 180 },
  "security-audit": { measures: "open findings by severity", maxAgeDays: 365 },
} as const satisfies Readonly<Record<string, { measures: string; maxAgeDays: number }>>;

/**
 * The numbers that a passed drill must have measured, each with its maximum if an item sets one: a rollback is verified within
 * five minutes (seed 003), an audit has no open critical findings, and a rotation fails no request.
 */
export const drillMeasurements: Readonly<
  Record<keyof typeof drills, Readonly<Record<string, { readonly max?: number }>>>
> = {
  "database-restore": { rtoSeconds: {}, rpoSeconds: {} },
  "point-in-time-recovery": { offsetSeconds: {} },
  "redis-restore": { rtoSeconds: {}, restoredKeys: {} },
  "secrets-restore": { restoredSecrets: {}, reissuedCertificates: { max: 0 } },
  "secret-rotation": { failedRequests: { max: 0 } },
  rollback: { rtoSeconds: { max: 300 } },
  "alert-delivery": { deliverySeconds: {} },
  "incident-exercise": { diagnosisSeconds: {} },
  "security-audit": { openCriticalFindings: { max: 0 }, openHighFindings: {} },
};

/** Drills of the team instead of the environment: a record of staging counts for production too. */
export const teamDrills: readonly DrillName[] = [
  "rollback",
  "incident-exercise",
  "secret-rotation",
  "security-audit",
];

/** A static check other than a policy rule. */
export type StaticCheckName = (typeof staticCheckNames)[number];

/** A suite of live checks. */
export type ProbeSuite = keyof typeof probeNamesBySuite;

/** A live check with its suite, as in `verify/api-health`. */
export type ProbeName = { [S in ProbeSuite]: `${S}/${(typeof probeNamesBySuite)[S][number]}` }[ProbeSuite];

/** A trend over a period of time. */
export type TrendName = (typeof trendNames)[number];

/** A drill. */
export type DrillName = keyof typeof drills;
