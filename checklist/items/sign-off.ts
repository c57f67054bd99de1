import { defineSeedSection, RELEASE_ENVIRONMENTS } from "../define-section.ts";

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
    docs: "docs/readiness.md#sign-offs",
    environments: RELEASE_ENVIRONMENTS,
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
      remediation: "Have the deployment engineer sign the result.",
      method: "human",
      check: signature,
    },
    {
      id: "sign-off.deployment.tech-lead",
      line: 320,
      title: "The tech lead accepts the deployment's results.",
      remediation: "Have the tech lead sign the result.",
      owner: "tech-lead",
      method: "human",
      check: signature,
    },
    {
      id: "sign-off.deployment.devops-lead",
      line: 322,
      title: "The DevOps lead accepts the environment for operation.",
      remediation: "Have the DevOps lead sign the result.",
      owner: "devops-lead",
      method: "human",
      check: signature,
    },
    {
      id: "sign-off.deployment.product-owner",
      line: 324,
      title: "The product owner accepts the release as delivered.",
      remediation: "Have the product owner sign the result.",
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
    docs: "docs/readiness.md#sign-offs",
    environments: RELEASE_ENVIRONMENTS,
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
      remediation: "Have the development lead review and sign the package.",
      owner: "development-lead",
      method: "human",
      check: signature,
    },
    {
      id: "sign-off.package.devops-lead",
      line: 653,
      title: "The DevOps lead has reviewed the package.",
      remediation: "Have the DevOps lead review and sign the package.",
      owner: "devops-lead",
      method: "human",
      check: signature,
    },
    {
      id: "sign-off.package.security-lead",
      line: 654,
      title: "The security lead has reviewed the package.",
      remediation: "Have the security lead review and sign the package.",
      owner: "security-lead",
      method: "human",
      check: signature,
    },
    {
      id: "sign-off.package.qa-lead",
      line: 655,
      title: "The QA lead has reviewed the package.",
      remediation: "Have the QA lead review and sign the package.",
      owner: "qa-lead",
      method: "human",
      check: signature,
    },
    {
      id: "sign-off.package.product-manager",
      line: 656,
      title: "The product manager has reviewed the package.",
      remediation: "Have the product manager review and sign the package.",
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
    docs: "docs/readiness.md#sign-offs",
    environments: RELEASE_ENVIRONMENTS,
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
      remediation: "Deploy the package that was tested, or test this one.",
      docs: "docs/readiness.md#the-release",
      method: "static",
      check: { kind: "check", check: "release/checksums", finding: "as-tried" },
    },
    {
      id: "sign-off.approval.documentation",
      line: 661,
      title: "The documentation is complete: no referenced heading is missing, and no link is broken.",
      remediation: "Correct the links and headings that the check lists.",
      method: "static",
      check: { kind: "check", check: "repository/documentation" },
    },
    {
      id: "sign-off.approval.security-audit",
      line: 662,
      title: "The latest security audit of the running product has no open critical findings.",
      remediation:
        "Close the critical findings, and record the audit with the number of open findings by severity.",
      docs: "docs/readiness.md#security-audit",
      owner: "security-lead",
      method: "drill",
      check: { drill: "security-audit" },
      mergedFrom: [{ kind: "seed", document: "003", line: 302 }],
    },
    {
      id: "sign-off.approval.checklist",
      line: 663,
      title: "The evidence of every item due before the deployment is signed and bound to this release.",
      remediation: "Evaluate the checklist for this release, and sign the evidence.",
      method: "static",
      check: { kind: "check", check: "checklist/evidence" },
    },
    {
      id: "sign-off.approval.stakeholders",
      line: 664,
      title: "All stakeholders know that the release is approved.",
      remediation: "Announce the approval to all stakeholders.",
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
