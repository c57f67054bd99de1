import { headingAnchor } from "../../checklist/static-checks/documentation.ts";
import type { CommitMessage } from "../git/read-commit.ts";
import type { PackageManifest } from "../package/manifest.ts";
import type { Artifact } from "../provenance/provenance.ts";
import type { SectionText } from "./measured-sections.ts";

/** The sources of release notes. An undefined source omits its sections, and the notes say so. */
export interface ReleaseNotesOptions {
  readonly manifest: PackageManifest;
  /** The commits since the previous release, newest first. */
  readonly commits: readonly CommitMessage[];
  /** The previous release or commit; undefined for the first one. */
  readonly since: string | undefined;
  /** The difference of the plans, as text. */
  readonly planDiff: string | undefined;
  readonly policy: PolicySummary;
  readonly artifacts: readonly Artifact[];
  readonly signedBy: string | undefined;
  /** What the vulnerability scanner reported; undefined without a scanner. */
  readonly vulnerabilities: string | undefined;
  readonly tests: SectionText;
  readonly performance: SectionText;
}

/** The numbers of a policy report. */
export interface PolicySummary {
  readonly rules: number;
  readonly violations: number;
  readonly waivers: number;
}

/** A section, or the reason why it is omitted. */
type Section = { readonly title: string } & SectionText;

/** A conventional commit: type, scope, exclamation mark, description. */
const CONVENTIONAL = /^(?<type>[a-z]+)(?:\((?<scope>[^)]*)\))?(?<breaking>!)?: (?<text>.+)$/;

interface Change {
  readonly type: string;
  readonly breaking: boolean;
  readonly line: string;
}

/** Renders release notes. Every section is generated from its source, or omitted with the reason; nothing is written by hand. */
export function renderReleaseNotes(options: ReleaseNotesOptions): string {
  const all = sections(options);
  const present = all.flatMap((section) => ("body" in section ? [section] : []));
  const omitted = all.flatMap((section) => ("omitted" in section ? [section] : []));
  const index = present.map(({ title }) => `- [${title}](#${headingAnchor(title)})`).join("\n");
  const parts = present.map(({ title, body }) => `## ${title}\n\n${body.trim()}\n`);
  const missing = omitted.map(({ title, omitted: reason }) => `- ${title}: ${reason}`).join("\n");
  return `# SpaceTime VR ${options.manifest.version}: release notes

${index}

${parts.join("\n")}
## Omitted sections

${missing}
`;
}

function sections(options: ReleaseNotesOptions): Section[] {
  const { manifest, commits, since, planDiff, policy, vulnerabilities } = options;
  const changes = commits.map(parseChange);
  return [
    { title: "Summary", body: summary(options, changes) },
    changeSection("What is new", "no commit of type feat", changes, ({ type }) => type === "feat"),
    changeSection("Fixes", "no commit of type fix", changes, ({ type }) => type === "fix"),
    changeSection("Performance changes", "no commit of type perf", changes, ({ type }) => type === "perf"),
    changeSection("Breaking changes", "no commit is marked as breaking", changes, ({ breaking }) => breaking),
    changeSection("Other changes", "none", changes, ({ type }) => !["feat", "fix", "perf"].includes(type)),
    planDiff === undefined
      ? {
          title: "Changes of the deployment",
          omitted: "there is no previous release to compare the plan with",
        }
      : {
          title: "Changes of the deployment",
          body: `Compared with ${since}:\n\n\`\`\`\n${planDiff.trim()}\n\`\`\``,
        },
    { title: "Upgrade guide", body: UPGRADE },
    { title: "Rollback", body: ROLLBACK },
    { title: "System architecture", body: architecture(manifest) },
    { title: "Images", body: list(manifest.images.map((image) => `\`${image}\``)) },
    { title: "Requirements", body: REQUIREMENTS },
    { title: "Binaries", body: binaries(manifest) },
    { title: "Monitoring", body: monitoring(manifest) },
    { title: "Performance targets", body: targets(manifest) },
    { title: "Performance results", ...options.performance },
    { title: "Test summary", ...options.tests },
    { title: "Security policies", body: policyText(policy) },
    vulnerabilities === undefined
      ? {
          title: "Vulnerabilities",
          omitted: "unproven: no scanner (trivy, grype) was available to the build",
        }
      : { title: "Vulnerabilities", body: vulnerabilities },
    { title: "Documentation", body: list(manifest.documentation.map((path) => `\`${path}\``)) },
    { title: "Release artifacts", body: artifactTable(options) },
    { title: "Known issues", omitted: "the repository has no list of issues" },
    { title: "Roadmap", omitted: "the repository contains no roadmap" },
    { title: "Support", omitted: "the repository names no support contacts" },
  ];
}

const UPGRADE = `Verify the archive, unpack it, fill in its secrets with the values of the deployment, and run
\`scripts/deployment/deploy.sh <overlay> --context <context> --secrets <directory>\`. The game servers are replaced one after the other; each
drains its players first. See docs/packaging.md.`;

const ROLLBACK = `\`scripts/deployment/rollback.sh --context <context>\` returns to the revision before. The schema of the database is not reverted:
migrations only add.`;

const REQUIREMENTS = `Kubernetes with ValidatingAdmissionPolicy (1.30 or newer), a storage class, and an Ingress controller; kubectl and Node 22.18 or newer
where the scripts run.`;

function parseChange({ id, subject }: CommitMessage): Change {
  const groups = CONVENTIONAL.exec(subject)?.groups;
  const scope = groups?.scope === undefined ? "" : `**${groups.scope}**: `;
  const line = `${scope}${groups?.text ?? subject} (${id.slice(0, 10)})`;
  return { type: groups?.type ?? "other", breaking: groups?.breaking === "!", line };
}

function changeSection(
  title: string,
  omitted: string,
  changes: readonly Change[],
  belongs: (change: Change) => boolean,
): Section {
  const lines = changes.filter(belongs).map(({ line }) => line);
  return lines.length === 0 ? { title, omitted } : { title, body: list(lines) };
}

function list(lines: readonly string[]): string {
  return lines.map((line) => `- ${line}`).join("\n");
}

function summary({ manifest, since }: ReleaseNotesOptions, changes: readonly Change[]): string {
  const { version, build } = manifest;
  const compared = since === undefined ? "in the history" : `since ${since}`;
  const breaking = changes.filter((change) => change.breaking).length;
  const clean = build.reproducible
    ? ""
    : " The work tree differed from the commit: this package cannot be rebuilt.";
  return `Version ${version}, built from commit \`${build.commit}\` of ${build.date.slice(0, 10)}: ${changes.length} changes ${compared}, ${breaking} of them breaking.${clean}`;
}

function architecture({ kubernetes }: PackageManifest): string {
  const kinds = Object.entries(kubernetes.kinds).map(([kind, count]) => `| ${kind} | ${count} |`);
  return `${kubernetes.objects} objects in the namespaces ${kubernetes.namespaces.join(", ")}; overlays: ${kubernetes.overlays.join(", ")}.

| kind | objects |
|---|---|
${kinds.join("\n")}`;
}

function binaries(manifest: PackageManifest): string {
  const rows = manifest.binaries.map(({ path, size, sha256 }) => `| \`${path}\` | ${size} | \`${sha256}\` |`);
  return `| file | bytes | SHA-256 |\n|---|---|---|\n${rows.join("\n")}`;
}

function monitoring({ monitoring: { alerts, recordingRules, dashboards } }: PackageManifest): string {
  return `${alerts} alerts, ${recordingRules} recording rules, ${dashboards.length} dashboards (${dashboards.join(", ")}).`;
}

function targets({
  targets: { framesPerSecond, memoryMegabytes, rollbackMinutes },
}: PackageManifest): string {
  return `${framesPerSecond.join("–")} frames per second, less than ${memoryMegabytes} MB of memory per server, rollback within ${rollbackMinutes} minutes. These are targets; they were not measured by the build.`;
}

function policyText({ rules, violations, waivers }: PolicySummary): string {
  return `${rules} rules were applied to the plan: ${violations} violations, ${waivers} waivers. The report is \`security/reports/policy-report.json\` in the package.`;
}

function artifactTable({ artifacts, signedBy }: ReleaseNotesOptions): string {
  const rows = artifacts.map(({ name, sha256 }) => `| \`${name}\` | \`${sha256}\` |`);
  const signature = signedBy === undefined ? "Not signed." : `Signed by the OpenPGP key \`${signedBy}\`.`;
  return `| file | SHA-256 |\n|---|---|\n${rows.join("\n")}\n\n${signature}`;
}
