import { defineSeedSection } from "../define-section.ts";

const common = {
  phase: "sign-off",
  priority: "critical",
} as const;

const signature = { evidence: "name and signature" };

const deployment = defineSeedSection(
  {
    ...common,
    document: "003",
    id: "sign-off.deployment",
    line: 316,
    title: "Deployment sign-off",
    timing: "closing",
    owner: "deployment-engineer",
  },
  [
    {
      id: "sign-off.deployment.deployment-engineer",
      line: 318,
      title: "The deployment engineer confirms that the deployment was carried out correctly.",
      method: "human",
      check: signature,
    },
    {
      id: "sign-off.deployment.tech-lead",
      line: 320,
      title: "The tech lead accepts the deployment's results.",
      owner: "tech-lead",
      method: "human",
      check: signature,
    },
    {
      id: "sign-off.deployment.devops-lead",
      line: 322,
      title: "The DevOps lead accepts the environment for operation.",
      owner: "devops-lead",
      method: "human",
      check: signature,
    },
    {
      id: "sign-off.deployment.product-owner",
      line: 324,
      title: "The product owner accepts the release as delivered.",
      owner: "product-owner",
      method: "human",
      check: signature,
    },
  ],
);

const packageReview = defineSeedSection(
  {
    ...common,
    document: "000",
    id: "sign-off.package",
    line: 650,
    title: "Package review",
    timing: "before",
    owner: "release-engineer",
  },
  [
    {
      id: "sign-off.package.development-lead",
      line: 652,
      title: "The development lead has reviewed the package.",
      owner: "development-lead",
      method: "human",
      check: signature,
    },
    {
      id: "sign-off.package.devops-lead",
      line: 653,
      title: "The DevOps lead has reviewed the package.",
      owner: "devops-lead",
      method: "human",
      check: signature,
    },
    {
      id: "sign-off.package.security-lead",
      line: 654,
      title: "The security lead has reviewed the package.",
      owner: "security-lead",
      method: "human",
      check: signature,
    },
    {
      id: "sign-off.package.qa-lead",
      line: 655,
      title: "The QA lead has reviewed the package.",
      owner: "qa-lead",
      method: "human",
      check: signature,
    },
    {
      id: "sign-off.package.product-manager",
      line: 656,
      title: "The product manager has reviewed the package.",
      owner: "product-manager",
      method: "human",
      check: signature,
    },
  ],
);

const approval = defineSeedSection(
  {
    ...common,
    document: "000",
    id: "sign-off.approval",
    line: 658,
    title: "Deployment approval",
    timing: "day-before",
    owner: "release-engineer",
  },
  [
    {
      id: "sign-off.approval.package",
      line: 660,
      title: "The package to be deployed is byte-identical to the one that was tested.",
      method: "static",
      check: { kind: "check", check: "release/checksums", finding: "as-tried" },
    },
    {
      id: "sign-off.approval.documentation",
      line: 661,
      title: "The documentation is complete: no referenced heading is missing, and no link is broken.",
      method: "static",
      check: { kind: "check", check: "repository/documentation" },
    },
    {
      id: "sign-off.approval.security-audit",
      line: 662,
      title: "The latest security audit has no open critical findings.",
      owner: "security-lead",
      docs: "docs/eks-best-practices.md",
      method: "drill",
      check: { drill: "security-audit" },
    },
    {
      id: "sign-off.approval.checklist",
      line: 663,
      title: "The evidence of every item due before the deployment is signed and bound to this release.",
      method: "static",
      check: { kind: "check", check: "checklist/evidence" },
    },
    {
      id: "sign-off.approval.stakeholders",
      line: 664,
      title: "All stakeholders know that the release is approved.",
      owner: "product-manager",
      method: "human",
      check: { evidence: "link to the announcement" },
    },
  ],
);

/** The sign-offs of seed document 003 (deployment checklist 1.0.0). */
export const deploymentSignOff = [deployment];

/** The package sign-offs of seed document 000 (delivery summary 2.5.0). */
export const packageSignOff = [packageReview, approval];
