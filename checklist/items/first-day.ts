import { defineSeedSection } from "../define-section.ts";

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
    line: 257,
    title: "Health checks every five minutes",
    docs: "docs/monitoring.md",
    timing: "first-hour",
  },
  [
    {
      id: "post.first-hour.health.api",
      line: 258,
      title: "The API passed every health check in the first hour.",
      method: "live",
      check: { probe: "trend/api-availability", window: "1h", target: "environment" },
    },
    {
      id: "post.first-hour.health.errors",
      line: 259,
      title: "The HTTP error rate did not spike in the first hour.",
      method: "live",
      check: { probe: "trend/error-rate", window: "1h", target: "environment" },
    },
    {
      id: "post.first-hour.health.frame-rate",
      line: 260,
      title: "The frame rate stayed between 85 and 95 in the first hour.",
      method: "live",
      check: { probe: "trend/frame-rate", window: "1h", target: "environment" },
    },
    {
      id: "post.first-hour.health.memory",
      line: 261,
      title: "No server used 400 MB of memory or more in the first hour.",
      method: "live",
      check: { probe: "trend/memory", window: "1h", target: "environment" },
    },
  ],
);

const logs = defineSeedSection(
  {
    ...common,
    id: "post.first-hour.logs",
    line: 263,
    title: "Log review",
    timing: "first-hour",
    docs: "docs/logging.md",
  },
  [
    {
      id: "post.first-hour.logs.no-errors",
      line: 264,
      title: "The servers logged no critical errors in the first hour.",
      method: "live",
      check: { probe: "trend/log-errors", window: "1h", target: "environment" },
    },
    {
      id: "post.first-hour.logs.no-warnings",
      line: 265,
      title: "The servers logged no unexpected warnings.",
      method: "live",
      check: { probe: "trend/log-warnings", window: "1h", target: "environment" },
    },
    {
      id: "post.first-hour.logs.vr-mode",
      line: 266,
      title: "Each server's log reports whether it runs in VR or in desktop mode.",
      method: "live",
      check: { probe: "features/vr-fallback", finding: "logged", target: "environment" },
    },
  ],
);

const performance = defineSeedSection(
  {
    ...common,
    id: "post.fourth-hour.performance",
    docs: "docs/monitoring.md",
    line: 270,
    title: "Performance review",
    timing: "fourth-hour",
  },
  [
    {
      id: "post.fourth-hour.performance.frame-rate",
      line: 271,
      title: "The frame rate shows no downward trend over four hours.",
      method: "live",
      check: { probe: "trend/frame-rate", window: "4h", target: "environment" },
      records: "minimum, median and slope",
    },
    {
      id: "post.fourth-hour.performance.memory",
      line: 272,
      title: "Memory usage shows no upward trend over four hours.",
      method: "live",
      check: { probe: "trend/memory", window: "4h", target: "environment" },
      records: "maximum, median and slope",
    },
    {
      id: "post.fourth-hour.performance.latency",
      line: 273,
      title: "Request latency stayed within its target over four hours.",
      method: "live",
      check: { probe: "trend/latency", window: "4h", target: "environment" },
      records: "median, 95th and 99th percentile",
    },
    {
      id: "post.fourth-hour.performance.errors",
      line: 274,
      title: "The HTTP error rate stayed within its target over four hours.",
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
    line: 276,
    title: "Security check",
    timing: "fourth-hour",
    owner: "security-reviewer",
    docs: "docs/eks-best-practices.md",
  },
  [
    {
      id: "post.fourth-hour.security.authentication",
      line: 277,
      title: "The number of failed logins stayed below the level of a password or token attack.",
      method: "live",
      check: { probe: "trend/authentication-failures", window: "4h", target: "environment" },
    },
    {
      id: "post.fourth-hour.security.rate-limiting",
      line: 278,
      title: "Rate limits rejected only clients that exceeded them.",
      method: "live",
      check: { probe: "trend/rate-limited", window: "4h", target: "environment" },
    },
    {
      id: "post.fourth-hour.security.audit-log",
      line: 279,
      title: "The audit log of the first four hours contains no unexplained entries.",
      method: "human",
      check: { evidence: "the period that was reviewed, and the findings" },
    },
  ],
);

const daily = defineSeedSection(
  {
    ...common,
    id: "post.first-day.review",
    line: 283,
    title: "Daily review",
    timing: "first-day",
    docs: "docs/monitoring.md",
  },
  [
    {
      id: "post.first-day.review.uptime",
      line: 284,
      title: "The API met its availability target over the first day.",
      method: "live",
      check: { probe: "trend/api-availability", window: "24h", target: "environment" },
      records: "percentage of time in which the API responded",
    },
    {
      id: "post.first-day.review.requests",
      line: 285,
      title: "The number of requests on the first day is known and within the tested load.",
      method: "live",
      check: { probe: "trend/requests", window: "24h", target: "environment" },
      records: "number of requests, and the highest rate",
    },
    {
      id: "post.first-day.review.errors",
      line: 286,
      title: "The failed requests of the first day are within the error budget.",
      method: "live",
      check: { probe: "trend/error-rate", window: "24h", target: "environment" },
      records: "number of failed requests",
    },
    {
      id: "post.first-day.review.restarts",
      line: 287,
      title: "No instance restarted on the first day, except in a rollout.",
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
      method: "human",
      check: { evidence: "link to the feedback" },
    },
    {
      id: "post.first-day.feedback.no-critical-issue",
      line: 291,
      title: "No player has reported a critical issue.",
      method: "human",
      check: { evidence: "link to the reports" },
    },
    {
      id: "post.first-day.feedback.performance",
      line: 292,
      title: "Players find the performance acceptable.",
      method: "human",
      check: { evidence: "a one-sentence summary of the feedback" },
    },
  ],
);

/** Seed document 003 (deployment checklist 1.0.0): the first hour, the first four hours and the first day. */
export const firstDay = [health, logs, performance, security, daily, feedback];
