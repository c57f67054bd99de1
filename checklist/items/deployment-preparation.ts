import { DEPLOYED_ENVIRONMENTS, defineSeedSection, RELEASE_ENVIRONMENTS } from "../define-section.ts";

const dayBefore = { document: "003", phase: "deployment", timing: "day-before" } as const;
const twoHoursBefore = { document: "003", phase: "deployment", timing: "two-hours-before" } as const;

const infrastructure = defineSeedSection(
  {
    ...dayBefore,
    id: "deploy.day-before.infrastructure",
    docs: "docs/readiness.md#the-platform",
    line: 108,
    title: "Infrastructure",
    priority: "critical",
    owner: "operator",
  },
  [
    {
      id: "deploy.day-before.infrastructure.platform",
      line: 109,
      title: "The target cluster or servers respond and report healthy.",
      remediation: "Repair the cluster or the servers before the deployment starts.",
      environments: DEPLOYED_ENVIRONMENTS,
      method: "live",
      check: { probe: "preflight/platform-ready", target: "platform" },
      choices: ["cluster", "servers"],
    },
    {
      id: "deploy.day-before.infrastructure.connectivity",
      line: 111,
      title: "The platform can reach the image registry and every external address in the configuration.",
      remediation: "Open the firewall or the proxy for the address that the check names.",
      docs: "docs/aws.md#network",
      environments: DEPLOYED_ENVIRONMENTS,
      method: "live",
      check: { probe: "preflight/connectivity", target: "platform" },
    },
    {
      id: "deploy.day-before.infrastructure.dns",
      line: 112,
      title: "The DNS zone of the public name is delegated and responds.",
      remediation: "Delegate the zone to the name servers that the check lists.",
      docs: "docs/certificates.md#acme",
      environments: DEPLOYED_ENVIRONMENTS,
      method: "live",
      check: { probe: "preflight/public-name", target: "platform" },
      appliesWhen: ["public-name"],
    },
    {
      id: "deploy.day-before.infrastructure.firewall",
      line: 113,
      title:
        "Game servers accept 8080 from the gateway and Prometheus, 8081 from the gateway and 8087 from game servers.",
      remediation: "Restore the NetworkPolicy of the game servers.",
      docs: "docs/eks-best-practices.md#security-pods-network-data",
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
    docs: "docs/deploy.md#what-up-does",
    line: 115,
    title: "Backups",
    priority: "critical",
    owner: "operator",
  },
  [
    {
      id: "deploy.day-before.backups.deployment",
      line: 116,
      title: "The last verified update is saved completely and can be deployed again.",
      remediation: "Restore the missing ledger record, or deploy and verify the previous release again.",
      docs: "docs/rollback.md#the-target",
      environments: DEPLOYED_ENVIRONMENTS,
      method: "live",
      check: { probe: "history/rollback-target", finding: "deployable", target: "environment" },
      appliesWhen: ["earlier-release"],
    },
    {
      id: "deploy.day-before.backups.configuration",
      line: 117,
      title: "Every configuration file of the environment is committed.",
      remediation: "Commit the stack file and the policy configuration.",
      method: "static",
      check: { kind: "check", check: "repository/committed", finding: "configuration" },
    },
    {
      id: "deploy.day-before.backups.database",
      line: 118,
      title: "A complete database backup from today exists.",
      remediation: "Start a database backup, and wait until it is complete.",
      docs: "docs/runbooks/backup.md#backupoverdue",
      environments: DEPLOYED_ENVIRONMENTS,
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
    docs: "docs/readiness.md#the-team",
    environments: RELEASE_ENVIRONMENTS,
    line: 120,
    title: "Communication",
    priority: "high",
    owner: "deployment-engineer",
  },
  [
    {
      id: "deploy.day-before.communication.window",
      line: 121,
      title: "Everyone affected knows the time of the deployment.",
      remediation: "Announce the deployment window to everyone affected.",
      method: "human",
      check: { evidence: "link to the announcement" },
    },
    {
      id: "deploy.day-before.communication.on-call",
      line: 122,
      title: "On-call engineers are assigned from the deployment until one day after it.",
      remediation: "Assign on-call engineers for the deployment and the day after it.",
      method: "human",
      check: { evidence: "names and hours" },
    },
    {
      id: "deploy.day-before.communication.status-page",
      line: 123,
      title: "The status page announces the maintenance.",
      remediation: "Announce the maintenance on the status page.",
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
    docs: "docs/readiness.md#the-decision",
    environments: RELEASE_ENVIRONMENTS,
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
      remediation: "Close or waive the open pre-deployment items.",
      method: "static",
      check: { kind: "check", check: "checklist/pre-deployment-closed" },
    },
    {
      id: "deploy.final.verification.no-blocker",
      line: 131,
      title: "No critical item that is due has failed or is unverified.",
      remediation: "Correct the failed critical item, or postpone the deployment.",
      method: "static",
      check: { kind: "check", check: "checklist/no-blocker" },
    },
    {
      id: "deploy.final.verification.team-ready",
      line: 132,
      title: "Everyone needed for the deployment is present.",
      remediation: "Wait for the missing person, or name a deputy.",
      method: "human",
      check: { evidence: "names" },
    },
    {
      id: "deploy.final.verification.rollback-plan",
      line: 133,
      title: "The team has agreed when to roll back, who decides, and to which update.",
      remediation: "Agree on the trigger points, the person who decides, and the update to roll back to.",
      docs: "docs/rollback.md#the-target",
      owner: "tech-lead",
      method: "human",
      check: { evidence: "the conditions, the person who decides, and the update" },
    },
  ],
);

const staging = defineSeedSection(
  {
    ...twoHoursBefore,
    id: "deploy.final.staging",
    docs: "docs/deploy.md#what-up-does",
    environments: RELEASE_ENVIRONMENTS,
    line: 135,
    title: "Staging deployment",
    priority: "critical",
    owner: "deployment-engineer",
  },
  [
    {
      id: "deploy.final.staging.deployed",
      line: 136,
      title: "The same release is deployed to staging.",
      remediation: "Deploy the release to staging with `npm run up -- staging`.",
      method: "live",
      check: { probe: "history/completed", finding: "same-release", target: "staging" },
    },
    {
      id: "deploy.final.staging.tests",
      line: 137,
      title: "All ten verification checks pass on staging.",
      remediation: "Run `npm run verify -- staging`, and follow the remedy of each failed check.",
      docs: "docs/verification.md#the-ten-checks",
      method: "live",
      check: { probe: "verify/*", target: "staging" },
    },
    {
      id: "deploy.final.staging.no-issues",
      line: 138,
      title: "No alert has fired on staging since the release was deployed there.",
      remediation: "Find the cause of the alert in its runbook, and fix it before production.",
      docs: "docs/monitoring.md#alert-routing",
      method: "live",
      check: { probe: "health/alerts-quiet", finding: "since-deployment", target: "staging" },
    },
  ],
);

/** Seed document 003 (deployment checklist 1.0.0): the day before and the last two hours. */
export const deploymentPreparation = [infrastructure, backups, communication, verification, staging];
