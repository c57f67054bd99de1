import { defineSeedSection, RELEASE_ENVIRONMENTS } from "../define-section.ts";

const common = {
  document: "003",
  phase: "post-deployment",
  priority: "high",
  owner: "operator",
} as const;

const health = defineSeedSection(
  {
    ...common,
    id: "post.first-hour.health",
    docs: "docs/monitoring.md#monitoring",
    line: 257,
    title: "Health checks every five minutes",
    timing: "first-hour",
  },
  [
    {
      id: "post.first-hour.health.api",
      line: 258,
      title: "The API passed every health check in the first hour.",
      remediation: "Find the interval on the HTTP API dashboard, and the cause in its log.",
      docs: "docs/runbooks/slo.md#availabilitybudgetburnsfast",
      method: "live",
      check: { probe: "trend/api-availability", window: "1h", target: "environment" },
    },
    {
      id: "post.first-hour.health.errors",
      line: 259,
      title: "The HTTP error rate did not spike in the first hour.",
      remediation:
        "Read the failing requests in the access log, and roll back if they began with this release.",
      docs: "docs/runbooks/gateway.md#httperrorselevated",
      method: "live",
      check: { probe: "trend/error-rate", window: "1h", target: "environment" },
    },
    {
      id: "post.first-hour.health.frame-rate",
      line: 260,
      title: "The frame rate stayed between 85 and 95 in the first hour.",
      remediation: "Find the busy server on the VR performance dashboard, and add servers or CPU.",
      docs: "docs/runbooks/vr-performance.md#frameratelow",
      method: "live",
      check: { probe: "trend/frame-rate", window: "1h", target: "environment" },
    },
    {
      id: "post.first-hour.health.memory",
      line: 261,
      title: "No server used 400 MB of memory or more in the first hour.",
      remediation: "Compare the memory of the server with its number of players.",
      docs: "docs/runbooks/game-server.md#gameservermemoryabovetarget",
      method: "live",
      check: { probe: "trend/memory", window: "1h", target: "environment" },
    },
  ],
);

const logs = defineSeedSection(
  {
    ...common,
    id: "post.first-hour.logs",
    docs: "docs/monitoring.md#monitoring",
    line: 263,
    title: "Log review",
    timing: "first-hour",
  },
  [
    {
      id: "post.first-hour.logs.no-errors",
      line: 264,
      title: "The servers logged no critical errors in the first hour.",
      remediation: "Read the errors in the log, and roll back if they began with this release.",
      docs: "docs/runbooks/game-server.md#gameservererrorslogged",
      method: "live",
      check: { probe: "trend/log-errors", window: "1h", target: "environment" },
    },
    {
      id: "post.first-hour.logs.no-warnings",
      line: 265,
      title: "The servers logged no unexpected warnings.",
      remediation: "Read the warnings in the log, and explain or fix each kind.",
      docs: "docs/logging.md#logging",
      method: "live",
      check: { probe: "trend/log-warnings", window: "1h", target: "environment" },
    },
    {
      id: "post.first-hour.logs.vr-mode",
      line: 266,
      title: "Each server's log reports whether it runs in VR or in desktop mode.",
      remediation: "Check that the build logs whether it found an OpenXR interface.",
      docs: "docs/reference-server.md#the-contract",
      method: "live",
      check: { probe: "features/vr-fallback", finding: "logged", target: "environment" },
    },
  ],
);

const performance = defineSeedSection(
  {
    ...common,
    id: "post.fourth-hour.performance",
    docs: "docs/monitoring.md#monitoring",
    line: 270,
    title: "Performance review",
    timing: "fourth-hour",
  },
  [
    {
      id: "post.fourth-hour.performance.frame-rate",
      line: 271,
      title: "The frame rate shows no downward trend over four hours.",
      remediation: "Compare the frame rate with the number of players and objects.",
      docs: "docs/runbooks/slo.md#frameratebudgetburnsslowly",
      method: "live",
      check: { probe: "trend/frame-rate", window: "4h", target: "environment" },
      records: "minimum, median and slope",
    },
    {
      id: "post.fourth-hour.performance.memory",
      line: 272,
      title: "Memory usage shows no upward trend over four hours.",
      remediation: "Compare memory with the number of players; plan a rolling restart if it leaks.",
      docs: "docs/runbooks/game-server.md#gameservermemoryleaking",
      method: "live",
      check: { probe: "trend/memory", window: "4h", target: "environment" },
      records: "maximum, median and slope",
    },
    {
      id: "post.fourth-hour.performance.latency",
      line: 273,
      title: "Request latency stayed within its target over four hours.",
      remediation: "Compare gateway and server latency on the HTTP API dashboard.",
      docs: "docs/runbooks/slo.md#latencybudgetburnsslowly",
      method: "live",
      check: { probe: "trend/latency", window: "4h", target: "environment" },
      records: "median, 95th and 99th percentile",
    },
    {
      id: "post.fourth-hour.performance.errors",
      line: 274,
      title: "The HTTP error rate stayed within its target over four hours.",
      remediation: "Read the failing requests in the access log.",
      docs: "docs/runbooks/gateway.md#httperrorselevated",
      method: "live",
      check: { probe: "trend/error-rate", window: "4h", target: "environment" },
      records: "HTTP error rate",
    },
  ],
);

const security = defineSeedSection(
  {
    ...common,
    id: "post.fourth-hour.security",
    docs: "docs/monitoring.md#monitoring",
    line: 276,
    title: "Security check",
    timing: "fourth-hour",
    owner: "security-reviewer",
  },
  [
    {
      id: "post.fourth-hour.security.authentication",
      line: 277,
      title: "The number of failed logins stayed below the level of a password or token attack.",
      remediation: "Follow the runbook; block the addresses if the intrusion detection has not.",
      docs: "docs/runbooks/security.md#authenticationbruteforce",
      method: "live",
      check: { probe: "trend/authentication-failures", window: "4h", target: "environment" },
    },
    {
      id: "post.fourth-hour.security.rate-limiting",
      line: 278,
      title: "Rate limits rejected only clients that exceeded them.",
      remediation:
        "Compare the rejected clients with their request rates, and adjust the limits if they are honest.",
      docs: "docs/runbooks/security.md#ratelimitviolationshigh",
      method: "live",
      check: { probe: "trend/rate-limited", window: "4h", target: "environment" },
    },
    {
      id: "post.fourth-hour.security.audit-log",
      line: 279,
      title: "The audit log of the first four hours contains no unexplained entries.",
      remediation: "Review the audit log of the period, and record its findings.",
      docs: "docs/logging.md#audit-log",
      environments: RELEASE_ENVIRONMENTS,
      method: "human",
      check: { evidence: "the period that was reviewed, and the findings" },
    },
  ],
);

const daily = defineSeedSection(
  {
    ...common,
    id: "post.first-day.review",
    docs: "docs/monitoring.md#monitoring",
    line: 283,
    title: "Daily review",
    timing: "first-day",
  },
  [
    {
      id: "post.first-day.review.uptime",
      line: 284,
      title: "The API met its availability target over the first day.",
      remediation: "Find the outages on the HTTP API dashboard, and record their causes.",
      docs: "docs/runbooks/slo.md#availabilitybudgetburnsslowly",
      method: "live",
      check: { probe: "trend/api-availability", window: "24h", target: "environment" },
      records: "percentage of time in which the API responded",
    },
    {
      id: "post.first-day.review.requests",
      line: 285,
      title: "The number of requests on the first day is known and within the tested load.",
      remediation: "Compare the highest request rate with the tested load, and test a higher load.",
      docs: "docs/load.md#the-report",
      method: "live",
      check: { probe: "trend/requests", window: "24h", target: "environment" },
      records: "number of requests, and the highest rate",
    },
    {
      id: "post.first-day.review.errors",
      line: 286,
      title: "The failed requests of the first day are within the error budget.",
      remediation:
        "Record the causes of the failed requests, and stop risky changes until the budget recovers.",
      docs: "docs/alerts.md#service-level-objectives",
      method: "live",
      check: { probe: "trend/error-rate", window: "24h", target: "environment" },
      records: "number of failed requests",
    },
    {
      id: "post.first-day.review.restarts",
      line: 287,
      title: "No instance restarted on the first day, except in a rollout.",
      remediation: "Record the cause of each restart.",
      docs: "docs/runbooks/game-server.md#gameserverrestarting",
      method: "live",
      check: { probe: "trend/restarts", window: "24h", target: "environment" },
      records: "number of restarts",
    },
  ],
);

const feedback = defineSeedSection(
  {
    ...common,
    id: "post.first-day.feedback",
    docs: "docs/readiness.md#after-the-deployment",
    environments: RELEASE_ENVIRONMENTS,
    line: 289,
    title: "User feedback",
    timing: "first-day",
    priority: "medium",
    owner: "product-owner",
  },
  [
    {
      id: "post.first-day.feedback.collected",
      line: 290,
      title: "Players have been asked for feedback on the release.",
      remediation: "Ask the players of the first day for feedback, and record where it is collected.",
      method: "human",
      check: { evidence: "link to the feedback" },
    },
    {
      id: "post.first-day.feedback.no-critical-issue",
      line: 291,
      title: "No player has reported a critical issue.",
      remediation: "Decide whether to roll back, and record the issue.",
      method: "human",
      check: { evidence: "link to the reports" },
    },
    {
      id: "post.first-day.feedback.performance",
      line: 292,
      title: "Players find the performance acceptable.",
      remediation: "Compare the reports with the VR performance dashboard.",
      method: "human",
      check: { evidence: "a one-sentence summary of the feedback" },
    },
  ],
);

/** Seed document 003 (deployment checklist 1.0.0): the first hour, the first four hours and the first day. */
export const firstDay = [health, logs, performance, security, daily, feedback];
