import { defineSeedSection } from "../define-section.ts";

const dayBefore = { document: "003", phase: "deployment", timing: "day-before" } as const;
const twoHoursBefore = { document: "003", phase: "deployment", timing: "two-hours-before" } as const;

const infrastructure = defineSeedSection(
  {
    ...dayBefore,
    id: "deploy.day-before.infrastructure",
    line: 108,
    title: "Infrastructure",
    priority: "critical",
    owner: "operator",
    docs: "docs/deploy.md",
  },
  [
    {
      id: "deploy.day-before.infrastructure.platform",
      line: 109,
      title: "The target cluster or servers respond and report healthy.",
      method: "live",
      check: { probe: "preflight/platform-ready", target: "platform" },
      choices: ["cluster", "servers"],
    },
    {
      id: "deploy.day-before.infrastructure.connectivity",
      line: 111,
      title: "The platform can reach the image registry and every external address in the configuration.",
      method: "live",
      check: { probe: "preflight/connectivity", target: "platform" },
    },
    {
      id: "deploy.day-before.infrastructure.dns",
      line: 112,
      title: "The DNS zone of the public name is delegated and responds.",
      method: "live",
      check: { probe: "preflight/public-name", target: "platform" },
      appliesWhen: ["public-name"],
    },
    {
      id: "deploy.day-before.infrastructure.firewall",
      line: 113,
      title:
        "Game servers accept 8080 from the gateway and Prometheus, 8081 from the gateway and 8087 from game servers.",
      docs: "docs/eks-best-practices.md",
      method: "static",
      check: { kind: "policy" },
      appliesWhen: ["kubernetes"],
    },
  ],
);

const backups = defineSeedSection(
  {
    ...dayBefore,
    id: "deploy.day-before.backups",
    line: 115,
    title: "Backups",
    priority: "critical",
    owner: "operator",
    docs: "docs/data.md",
  },
  [
    {
      id: "deploy.day-before.backups.deployment",
      line: 116,
      title: "The last verified update is saved completely and can be deployed again.",
      docs: "docs/rollback.md",
      method: "live",
      check: { probe: "history/rollback-target", finding: "deployable", target: "environment" },
      appliesWhen: ["earlier-release"],
    },
    {
      id: "deploy.day-before.backups.configuration",
      line: 117,
      title: "Every configuration file of the environment is committed.",
      method: "static",
      check: { kind: "check", check: "repository/committed", finding: "configuration" },
    },
    {
      id: "deploy.day-before.backups.database",
      line: 118,
      title: "A complete database backup from today exists.",
      owner: "database-administrator",
      method: "live",
      check: { probe: "health/backups", finding: "database", target: "environment" },
      appliesWhen: ["earlier-release", "own-database"],
    },
  ],
);

const communication = defineSeedSection(
  {
    ...dayBefore,
    id: "deploy.day-before.communication",
    line: 120,
    title: "Communication",
    priority: "high",
    owner: "deployment-engineer",
    docs: "docs/deploy.md",
  },
  [
    {
      id: "deploy.day-before.communication.window",
      line: 121,
      title: "Everyone affected knows the time of the deployment.",
      method: "human",
      check: { evidence: "link to the announcement" },
    },
    {
      id: "deploy.day-before.communication.on-call",
      line: 122,
      title: "On-call engineers are assigned from the deployment until one day after it.",
      method: "human",
      check: { evidence: "names and hours" },
    },
    {
      id: "deploy.day-before.communication.status-page",
      line: 123,
      title: "The status page announces the maintenance.",
      method: "human",
      check: { evidence: "link to the entry" },
      appliesWhen: ["status-page"],
    },
  ],
);

const verification = defineSeedSection(
  {
    ...twoHoursBefore,
    id: "deploy.final.verification",
    line: 129,
    title: "Final verification",
    priority: "critical",
    owner: "deployment-engineer",
  },
  [
    {
      id: "deploy.final.verification.items-closed",
      line: 130,
      title: "Every pre-deployment item is passed or waived.",
      method: "static",
      check: { kind: "check", check: "checklist/pre-deployment-closed" },
    },
    {
      id: "deploy.final.verification.no-blocker",
      line: 131,
      title: "No critical item that is due has failed or is unverified.",
      method: "static",
      check: { kind: "check", check: "checklist/no-blocker" },
    },
    {
      id: "deploy.final.verification.team-ready",
      line: 132,
      title: "Everyone needed for the deployment is present.",
      method: "human",
      check: { evidence: "names" },
    },
    {
      id: "deploy.final.verification.rollback-plan",
      line: 133,
      title: "The team has agreed when to roll back, who decides, and to which update.",
      owner: "tech-lead",
      docs: "docs/rollback.md",
      method: "human",
      check: { evidence: "the conditions, the person who decides, and the update" },
    },
  ],
);

const staging = defineSeedSection(
  {
    ...twoHoursBefore,
    id: "deploy.final.staging",
    line: 135,
    title: "Staging deployment",
    priority: "critical",
    owner: "deployment-engineer",
    docs: "docs/deploy.md",
  },
  [
    {
      id: "deploy.final.staging.deployed",
      line: 136,
      title: "The same release is deployed to staging.",
      method: "live",
      check: { probe: "history/completed", finding: "same-release", target: "staging" },
    },
    {
      id: "deploy.final.staging.tests",
      line: 137,
      title: "All ten verification checks pass on staging.",
      method: "live",
      check: { probe: "verify/*", target: "staging" },
    },
    {
      id: "deploy.final.staging.no-issues",
      line: 138,
      title: "No alert has fired on staging since the release was deployed there.",
      method: "live",
      check: { probe: "health/alerts-quiet", finding: "since-deployment", target: "staging" },
    },
  ],
);

/** Seed document 003 (deployment checklist 1.0.0): the day before and the last two hours. */
export const deploymentPreparation = [infrastructure, backups, communication, verification, staging];
