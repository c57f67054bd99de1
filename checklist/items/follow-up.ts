import { defineSeedSection, RELEASE_ENVIRONMENTS } from "../define-section.ts";

const common = { document: "003", phase: "follow-up", timing: "first-week", priority: "medium" } as const;

const secondTier = defineSeedSection(
  {
    ...common,
    id: "follow-up.week-1.second-tier",
    docs: "docs/monitoring.md#dashboards",
    line: 298,
    title: "Second-tier tasks",
    owner: "operator",
  },
  [
    {
      id: "follow-up.week-1.second-tier.dashboards",
      line: 299,
      title: "Every panel of every dashboard shows data.",
      remediation: "Open the empty panel, and compare its query with the metrics of the server.",
      method: "live",
      check: { probe: "health/dashboards", finding: "panels", target: "environment" },
      appliesWhen: ["kubernetes"],
    },
    {
      id: "follow-up.week-1.second-tier.routers",
      line: 300,
      title: "The phase 2 routers for webhooks and jobs are enabled.",
      remediation: "Set GODOT_FEATURE_WEBHOOK_ROUTER and GODOT_FEATURE_JOB_ROUTER to true.",
      docs: "docs/configuration.md#the-game-servers-variables",
      environments: RELEASE_ENVIRONMENTS,
      method: "static",
      check: { kind: "check", check: "config/feature-flags", finding: "second-phase" },
    },
  ],
);

const documentation = defineSeedSection(
  {
    ...common,
    id: "follow-up.week-1.documentation",
    docs: "docs/readiness.md#after-the-deployment",
    environments: RELEASE_ENVIRONMENTS,
    line: 304,
    title: "Documentation",
    owner: "deployment-engineer",
  },
  [
    {
      id: "follow-up.week-1.documentation.runbook",
      line: 305,
      title: "The runbook includes the lessons of this deployment.",
      remediation: "Add the lessons to the runbook, or record why none were learned.",
      method: "human",
      check: { evidence: "link to the change, or why none was needed" },
    },
    {
      id: "follow-up.week-1.documentation.troubleshooting",
      line: 306,
      title: "The troubleshooting guide covers every fault of this deployment.",
      remediation: "Add each fault and its solution to the troubleshooting sections.",
      method: "human",
      check: { evidence: "link to the change, or why none was needed" },
    },
    {
      id: "follow-up.week-1.documentation.training",
      line: 307,
      title: "The training material matches how the deployment was performed.",
      remediation: "Update the training material with the steps that were different.",
      method: "human",
      check: { evidence: "link to the change, or why none was needed" },
    },
  ],
);

const optimization = defineSeedSection(
  {
    ...common,
    id: "follow-up.week-1.optimization",
    docs: "docs/readiness.md#after-the-deployment",
    environments: RELEASE_ENVIRONMENTS,
    line: 309,
    title: "Performance",
    owner: "tech-lead",
  },
  [
    {
      id: "follow-up.week-1.optimization.bottlenecks",
      line: 310,
      title: "The bottleneck under this week's load is identified.",
      remediation: "Find the resource that is used most on the dashboards, and record its panel.",
      method: "human",
      check: { evidence: "the resource, and the panel that shows it" },
    },
    {
      id: "follow-up.week-1.optimization.applied",
      line: 311,
      title: "Every bottleneck that affected players has a merged or planned change.",
      remediation: "Merge or plan a change for each bottleneck that players noticed.",
      method: "human",
      check: { evidence: "links to the changes, or why none was needed" },
    },
    {
      id: "follow-up.week-1.optimization.rate-limits",
      line: 312,
      title: "The rate limits have been compared with this week's usage.",
      remediation: "Compare the rejected requests with the limits, and record which were kept.",
      owner: "operator",
      method: "human",
      check: { evidence: "the number of rejected requests, and which limits were kept or changed" },
    },
  ],
);

/** Seed document 003 (deployment checklist 1.0.0): the first week. */
export const followUp = [secondTier, documentation, optimization];
