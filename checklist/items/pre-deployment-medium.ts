import { DEPLOYED_ENVIRONMENTS, defineSeedSection, RELEASE_ENVIRONMENTS } from "../define-section.ts";

const common = { document: "003", phase: "pre-deployment", timing: "before", priority: "medium" } as const;

const metadata = defineSeedSection(
  {
    ...common,
    id: "pre.medium.metadata",
    docs: "docs/readiness.md#the-exported-build",
    environments: DEPLOYED_ENVIRONMENTS,
    line: 84,
    title: "Export metadata",
    owner: "release-engineer",
  },
  [
    {
      id: "pre.medium.metadata.version",
      line: 85,
      title: "The export preset contains the release version.",
      remediation: "Set application/version in export_presets.cfg to the release version.",
      method: "static",
      check: { kind: "check", check: "release/export-metadata", finding: "version" },
    },
    {
      id: "pre.medium.metadata.company",
      line: 86,
      title: "The export preset contains the company name.",
      remediation: "Set application/company_name in export_presets.cfg.",
      method: "static",
      check: { kind: "check", check: "release/export-metadata", finding: "company" },
    },
    {
      id: "pre.medium.metadata.product",
      line: 87,
      title: "The export preset contains the product name.",
      remediation: "Set application/product_name in export_presets.cfg.",
      method: "static",
      check: { kind: "check", check: "release/export-metadata", finding: "product" },
    },
    {
      id: "pre.medium.metadata.description",
      line: 88,
      title: "The export preset contains the file's version metadata.",
      remediation: "Set application/file_description in export_presets.cfg.",
      method: "static",
      check: { kind: "check", check: "release/export-metadata", finding: "description" },
    },
  ],
);

const vrFallback = defineSeedSection(
  {
    ...common,
    id: "pre.medium.vr-fallback",
    docs: "docs/readiness.md#the-exported-build",
    line: 90,
    title: "VR fallback",
    owner: "quality-engineer",
  },
  [
    {
      id: "pre.medium.vr-fallback.no-headset",
      line: 91,
      title: "The build starts on a machine without a headset.",
      remediation: "Start the build without a headset, and read the error that stops it.",
      environments: DEPLOYED_ENVIRONMENTS,
      method: "live",
      check: { probe: "features/vr-fallback", finding: "starts", target: "candidate" },
    },
    {
      id: "pre.medium.vr-fallback.desktop",
      line: 92,
      title: "Without a headset, the main scene runs in desktop mode.",
      remediation: "Initialize OpenXR only if an interface is found, and load the main scene otherwise.",
      environments: DEPLOYED_ENVIRONMENTS,
      method: "live",
      check: { probe: "features/vr-fallback", finding: "desktop-mode", target: "candidate" },
    },
    {
      id: "pre.medium.vr-fallback.warning",
      line: 93,
      title: "The log reports that no headset was found.",
      remediation: "Log a warning when no OpenXR interface is found.",
      environments: DEPLOYED_ENVIRONMENTS,
      method: "live",
      check: { probe: "features/vr-fallback", finding: "logged", target: "candidate" },
    },
    {
      id: "pre.medium.vr-fallback.accepted",
      line: 94,
      title: "Running without a headset is acceptable in this environment.",
      remediation: "Have the product owner sign whether servers without a headset are acceptable.",
      environments: RELEASE_ENVIRONMENTS,
      owner: "product-owner",
      method: "human",
      check: { evidence: "the reason for the answer", accepts: ["yes"] },
      choices: ["yes", "no"],
    },
  ],
);

const rateLimits = defineSeedSection(
  {
    ...common,
    id: "pre.medium.rate-limits",
    docs: "docs/configuration.md#the-game-servers-variables",
    line: 96,
    title: "Rate limits",
    owner: "operator",
  },
  [
    {
      id: "pre.medium.rate-limits.global",
      line: 97,
      title: "Each client is limited to 300 requests per minute in total.",
      remediation: "Remove the override of GODOT_RATE_LIMIT_GLOBAL_PER_MINUTE, or set it to 300.",
      method: "static",
      check: { kind: "policy" },
    },
    {
      id: "pre.medium.rate-limits.scenes",
      line: 98,
      title: "Scene requests are limited to 10 to 30 per minute.",
      remediation: "Set the scene limits to between 10 and 30 requests per minute.",
      method: "static",
      check: { kind: "policy" },
    },
    {
      id: "pre.medium.rate-limits.status",
      line: 99,
      title: "Status requests are limited to 100 per minute.",
      remediation: "Remove the override of the status limit, or set it to 100.",
      method: "static",
      check: { kind: "policy" },
    },
    {
      id: "pre.medium.rate-limits.review-planned",
      line: 100,
      title: "A date is set for comparing the rate limits with actual usage.",
      remediation: "Agree on a date within the first week, and record it with the reviewer's name.",
      environments: RELEASE_ENVIRONMENTS,
      method: "human",
      check: { evidence: "the reviewer, and the date of the review" },
    },
  ],
);

/** Seed document 003 (deployment checklist 1.0.0): medium-priority items before a deployment. */
export const preDeploymentMedium = [metadata, vrFallback, rateLimits];
