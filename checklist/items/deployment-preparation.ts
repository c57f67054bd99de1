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
    docs: "docs/guides/deployment.md#before-the-first-deployment",
  },
  [
    {
      id: "deploy.day-before.infrastructure.platform",
      line: 109,
      title: "The cluster or the servers to deploy to answer and report themselves healthy.",
      method: "live",
      check: { probe: "preflight/platform-ready", target: "platform" },
      choices: ["cluster", "servers"],
    },
    {
      id: "deploy.day-before.infrastructure.connectivity",
      line: 111,
      title: "The platform reaches the image registry and every external address the configuration names.",
      method: "live",
      check: { probe: "preflight/connectivity", target: "platform" },
    },
    {
      id: "deploy.day-before.infrastructure.dns",
      line: 112,
      title: "The public name's zone is delegated and answers.",
      method: "live",
      check: { probe: "preflight/public-name", target: "platform" },
      appliesWhen: ["public-name"],
    },
    {
      id: "deploy.day-before.infrastructure.firewall",
      line: 113,
      title: "Ports 8080 and 8081 open to the gateway only and 8087 to fellow servers only.",
      docs: "docs/guides/security.md#network",
      method: "static",
      check: { prover: "policy" },
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
    docs: "docs/guides/backup.md#before-a-deployment",
  },
  [
    {
      id: "deploy.day-before.backups.deployment",
      line: 116,
      title: "The last verified update is kept whole and can be deployed again.",
      docs: "docs/guides/rollback.md#what-is-kept",
      method: "live",
      check: { probe: "history/rollback-target", finding: "deployable", target: "environment" },
      appliesWhen: ["earlier-release"],
    },
    {
      id: "deploy.day-before.backups.configuration",
      line: 117,
      title: "Every configuration file of the environment is committed.",
      method: "static",
      check: { prover: "named", check: "repository/committed", finding: "configuration" },
    },
    {
      id: "deploy.day-before.backups.database",
      line: 118,
      title: "The database has a complete backup from today.",
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
    docs: "docs/guides/deployment.md#who-needs-to-know",
  },
  [
    {
      id: "deploy.day-before.communication.window",
      line: 121,
      title: "Everyone affected knows when the deployment happens.",
      method: "human",
      check: { evidence: "link to the announcement" },
    },
    {
      id: "deploy.day-before.communication.on-call",
      line: 122,
      title: "Named people are on call from the deployment until a day after it.",
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
    docs: "docs/guides/checklist.md#go-or-no-go",
  },
  [
    {
      id: "deploy.final.verification.items-closed",
      line: 130,
      title: "Every pre-deployment item is passed or waived.",
      method: "static",
      check: { prover: "named", check: "checklist/pre-deployment-closed" },
    },
    {
      id: "deploy.final.verification.no-blocker",
      line: 131,
      title: "No critical item due by now is failed or unproven.",
      method: "static",
      check: { prover: "named", check: "checklist/no-blocker" },
    },
    {
      id: "deploy.final.verification.team-ready",
      line: 132,
      title: "Everyone the deployment needs is present.",
      method: "human",
      check: { evidence: "names" },
    },
    {
      id: "deploy.final.verification.rollback-plan",
      line: 133,
      title: "The team agrees when to roll back, who decides it and to which update.",
      owner: "tech-lead",
      docs: "docs/guides/rollback.md#when-to-roll-back",
      method: "human",
      check: { evidence: "the conditions, the name and the update" },
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
    docs: "docs/guides/deployment.md#staging-first",
  },
  [
    {
      id: "deploy.final.staging.deployed",
      line: 136,
      title: "The same release runs on staging.",
      method: "live",
      check: { probe: "history/completed", finding: "same-release", target: "staging" },
    },
    {
      id: "deploy.final.staging.tests",
      line: 137,
      title: "Staging passes the whole verification.",
      method: "live",
      check: { probe: "verify/*", target: "staging" },
    },
    {
      id: "deploy.final.staging.no-issues",
      line: 138,
      title: "No alert has fired on staging since the release went there.",
      method: "live",
      check: { probe: "health/alerts-quiet", finding: "since-deployment", target: "staging" },
    },
  ],
);

/** Seed document 003 (deployment checklist 1.0.0): the day before and the last two hours. */
export const deploymentPreparation = [infrastructure, backups, communication, verification, staging];
