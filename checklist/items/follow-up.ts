import { defineSeedSection } from "../define-section.ts";

const common = { document: "003", phase: "follow-up", timing: "first-week", priority: "medium" } as const;

const secondTier = defineSeedSection(
  {
    ...common,
    id: "follow-up.week-1.second-tier",
    line: 298,
    title: "Second-tier tasks",
    owner: "operator",
    docs: "docs/deploy.md",
  },
  [
    {
      id: "follow-up.week-1.second-tier.dashboards",
      line: 299,
      title: "Every panel of every dashboard shows data.",
      docs: "docs/monitoring.md",
      method: "live",
      check: { probe: "health/dashboards", finding: "panels", target: "environment" },
      appliesWhen: ["kubernetes"],
    },
    {
      id: "follow-up.week-1.second-tier.routers",
      line: 300,
      title: "The phase 2 routers for webhooks and jobs are enabled.",
      docs: "docs/configuration.md",
      method: "static",
      check: { kind: "policy" },
    },
    {
      id: "follow-up.week-1.second-tier.load-test",
      line: 301,
      title: "Staging meets its targets under the planned load.",
      owner: "quality-engineer",
      docs: "docs/verification.md",
      method: "live",
      check: { probe: "load/profile", target: "staging" },
      records: "requests per second, latency and frame rate at the planned load",
    },
    {
      id: "follow-up.week-1.second-tier.security-audit",
      line: 302,
      title: "An external auditor has audited the security of the running product.",
      owner: "security-reviewer",
      docs: "docs/eks-best-practices.md",
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
  },
  [
    {
      id: "follow-up.week-1.documentation.runbook",
      line: 305,
      title: "The runbook includes the lessons of this deployment.",
      method: "human",
      check: { evidence: "link to the change, or why none was needed" },
    },
    {
      id: "follow-up.week-1.documentation.troubleshooting",
      line: 306,
      title: "The troubleshooting guide covers every fault of this deployment.",
      method: "human",
      check: { evidence: "link to the change, or why none was needed" },
    },
    {
      id: "follow-up.week-1.documentation.training",
      line: 307,
      title: "The training material matches how the deployment was performed.",
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
    docs: "docs/reference-server.md",
  },
  [
    {
      id: "follow-up.week-1.optimization.bottlenecks",
      line: 310,
      title: "The bottleneck under this week's load is identified.",
      method: "human",
      check: { evidence: "the resource, and the panel that shows it" },
    },
    {
      id: "follow-up.week-1.optimization.applied",
      line: 311,
      title: "Every bottleneck that affected players has a merged or planned change.",
      method: "human",
      check: { evidence: "links to the changes, or why none was needed" },
    },
    {
      id: "follow-up.week-1.optimization.rate-limits",
      line: 312,
      title: "The rate limits have been compared with this week's usage.",
      owner: "operator",
      method: "human",
      check: { evidence: "the number of rejected requests, and which limits were kept or changed" },
    },
  ],
);

/** Seed document 003 (deployment checklist 1.0.0): the first week. */
export const followUp = [secondTier, documentation, optimization];
