import { defineSeedSection } from "../define-section.ts";

const common = { document: "003", phase: "follow-up", timing: "first-week", priority: "medium" } as const;

const secondTier = defineSeedSection(
  {
    ...common,
    id: "follow-up.week-1.second-tier",
    line: 298,
    title: "Second-tier tasks",
    owner: "operator",
    docs: "docs/guides/deployment.md#the-first-week",
  },
  [
    {
      id: "follow-up.week-1.second-tier.dashboards",
      line: 299,
      title: "Every dashboard shows data on every panel.",
      docs: "docs/guides/monitoring.md#dashboards",
      method: "live",
      check: { probe: "health/dashboards", finding: "panels", target: "environment" },
      appliesWhen: ["kubernetes"],
    },
    {
      id: "follow-up.week-1.second-tier.routers",
      line: 300,
      title: "The phase 2 routers for webhooks and jobs are switched on.",
      docs: "docs/guides/configuration.md#feature-flags",
      method: "static",
      check: { prover: "policy" },
    },
    {
      id: "follow-up.week-1.second-tier.load-test",
      line: 301,
      title: "Staging has carried the planned load within its targets.",
      owner: "quality-engineer",
      docs: "docs/guides/verification.md#load",
      method: "live",
      check: { probe: "load/profile", target: "staging" },
      records: "requests per second, latency and frame rate at the planned load",
    },
    {
      id: "follow-up.week-1.second-tier.security-audit",
      line: 302,
      title: "An external auditor has audited the security of the running product.",
      owner: "security-reviewer",
      docs: "docs/guides/security.md#audits",
      method: "drill",
      check: { drill: "security-audit" },
    },
  ],
);

const documentation = defineSeedSection(
  {
    ...common,
    id: "follow-up.week-1.documentation",
    line: 304,
    title: "Documentation",
    owner: "deployment-engineer",
    docs: "docs/guides/checklist.md#lessons-learned",
  },
  [
    {
      id: "follow-up.week-1.documentation.runbook",
      line: 305,
      title: "The runbook has learned from this deployment.",
      method: "human",
      check: { evidence: "link to the change, or why none was needed" },
    },
    {
      id: "follow-up.week-1.documentation.troubleshooting",
      line: 306,
      title: "Every fault met during the deployment can be found in the troubleshooting guide.",
      method: "human",
      check: { evidence: "link to the change, or why none was needed" },
    },
    {
      id: "follow-up.week-1.documentation.training",
      line: 307,
      title: "The training material matches how the deployment really went.",
      method: "human",
      check: { evidence: "link to the change, or why none was needed" },
    },
  ],
);

const optimization = defineSeedSection(
  {
    ...common,
    id: "follow-up.week-1.optimization",
    line: 309,
    title: "Performance",
    owner: "tech-lead",
    docs: "docs/guides/game-server.md#tuning",
  },
  [
    {
      id: "follow-up.week-1.optimization.bottlenecks",
      line: 310,
      title: "The narrowest part of the system under this week's load has a name.",
      method: "human",
      check: { evidence: "the resource, and the panel that shows it" },
    },
    {
      id: "follow-up.week-1.optimization.applied",
      line: 311,
      title: "Every bottleneck that hurt players has a change merged or planned.",
      method: "human",
      check: { evidence: "links to the changes, or why none was needed" },
    },
    {
      id: "follow-up.week-1.optimization.rate-limits",
      line: 312,
      title: "The rate limits have been compared with this week's usage.",
      owner: "operator",
      docs: "docs/guides/game-server.md#rate-limits",
      method: "human",
      check: { evidence: "requests refused, and the limits kept or changed" },
    },
  ],
);

/** Seed document 003 (deployment checklist 1.0.0): the first week. */
export const followUp = [secondTier, documentation, optimization];
