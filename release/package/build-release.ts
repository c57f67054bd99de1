import { hash, randomBytes } from "node:crypto";
import { mkdirSync, renameSync, rmdirSync, rmSync, writeFileSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { readGateRecord } from "../../checklist/facts/state-files.ts";
import { validateConfig } from "../../components/config/checks/index.ts";
import { parseConfig } from "../../components/config/parse-config.ts";
import { readStackFile } from "../../components/config/stack-file/read-stack-file.ts";
import { errorCode } from "../../components/shared/error-code.ts";
import type { Problem } from "../../components/shared/errors.ts";
import { hashFile } from "../../components/shared/hash-file.ts";
import { OperationError } from "../../operations/errors.ts";
import type { LoadReport } from "../../probes/load/load-report.ts";
import type { WrittenFile } from "../archive/archive-entry.ts";
import { ArchiveWriter } from "../archive/write-archives.ts";
import { type Commit, listCommits, readCommit } from "../git/read-commit.ts";
import { performanceResults, testSummary } from "../notes/measured-sections.ts";
import { renderReleaseNotes } from "../notes/release-notes.ts";
import { type Artifact, createProvenance } from "../provenance/provenance.ts";
import { scanVulnerabilities, type VulnerabilityReport } from "../sbom/scan-vulnerabilities.ts";
import { type SigningKey, signDetached } from "../signing/sign.ts";
import { checkContents } from "./check-contents.ts";
import { formatChecksums } from "./checksums.ts";
import { createManifest } from "./create-manifest.ts";
import type { PackageManifest } from "./manifest.ts";
import { collectContents, type PackageContents } from "./package-contents.ts";
import { CHECKSUMS_FILE, MANIFEST_FILE, packageName, SBOM_FILE } from "./package-layout.ts";
import { planReleaseEnvironment, type ReleasePlan } from "./plan-release.ts";
import { findSecrets } from "./scan-secrets.ts";
import { writeSourceArchives } from "./source-archive.ts";
import { buildError, validateBuildArguments } from "./validate-build-arguments.ts";

/** How a release is built. */
export interface BuildOptions {
  readonly version: string;
  /** The directory of the checked Godot export, and its files, relative to it and sorted. */
  readonly exportDirectory: string;
  readonly exportFiles: readonly string[];
  /** The OCI archive of the game server's image, which the package then contains. */
  readonly image: string | undefined;
  /** The Godot project, whose sources are then packed beside the package. */
  readonly project: string | undefined;
  /** The report of the export's checks, as JSON. */
  readonly exportReport: string;
  /** A new or empty directory. */
  readonly out: string;
  /** The directory of the product's code. */
  readonly root: string;
  /** The directory with the stack files. */
  readonly directory: string;
  readonly signingKey: SigningKey | undefined;
  /** The previous release, for the notes. */
  readonly since: string | undefined;
  /** A report of `load`, for the notes. */
  readonly loadReport: LoadReport | undefined;
  readonly allowChanges: boolean;
  readonly builder: string | undefined;
  readonly progress: (activity: string) => void;
}

/** What was built. */
export interface BuiltRelease {
  readonly version: string;
  readonly directory: string;
  readonly commit: string;
  readonly files: number;
  readonly artifacts: readonly Artifact[];
  readonly signedBy: string | undefined;
  readonly vulnerabilities: VulnerabilityReport["verdict"];
}

/**
 * Builds a release: both archives, and next to them what is known only after the build. Everything is written to a temporary directory
 * next to `out`, which is renamed at the end, so that a release is complete or absent.
 * @throws InputError for an invalid version, an unsuitable directory, uncommitted changes, or config with example values; OperationError
 * if a policy blocks or the contents must not be shipped.
 */
export async function buildRelease(options: BuildOptions): Promise<BuiltRelease> {
  const started = new Date();
  const { version, directory, out, progress } = options;
  validateBuildArguments(options);
  const commit = readCommit(directory);
  if (!options.allowChanges) rejectChanges(commit);
  const raw = readStackFile(directory, "package");
  rejectUnfilledConfig(parseConfig(raw));
  progress("planning");
  const planned = await planReleaseEnvironment({ ...options, raw });
  progress("rendering");
  const contents = await collectContents({
    ...options,
    raw,
    plan: planned.plan,
    seconds: commit.seconds,
    reports: new Map([
      ["policy-report.json", planned.policy.json],
      ["export-report.json", options.exportReport],
    ]),
  });
  progress("checking the contents");
  rejectContents([...checkContents(contents.entries), ...(await findSecrets(contents.entries))]);
  const temporary = `${resolve(out)}.${randomBytes(4).toString("hex")}.new`;
  mkdirSync(temporary, { recursive: true });
  try {
    const packed = await writePackage(temporary, options, commit, contents);
    const release = await writeAttachments(temporary, options, { ...packed, planned, commit, started });
    publish(temporary, resolve(out));
    return { ...release, version, directory: out, commit: commit.id };
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}

function rejectChanges({ changes }: Commit): void {
  const [first] = changes;
  if (first === undefined) return;
  const more = changes.length === 1 ? "" : ` and ${changes.length - 1} more`;
  throw buildError([
    {
      subject: "the work tree",
      rule: `differs from its commit (${first.slice(3)}${more}), so the package would not be reproducible`,
      remedy:
        "Commit or stash the changes. --allow-changes builds a package that says that it is not reproducible.",
    },
  ]);
}

/** Rejects example values and placeholders, which `config validate package` lists too. */
function rejectUnfilledConfig(config: Parameters<typeof validateConfig>[0]): void {
  const problems = validateConfig(config).flatMap(({ verdict, findings }) =>
    verdict === "fail" ? findings : [],
  );
  if (problems.length > 0) throw buildError(problems);
}

function rejectContents(problems: readonly Problem[]): void {
  if (problems.length > 0) throw new OperationError(1, problems, "The package must not be shipped:");
}

interface PackedArchives {
  readonly archives: readonly Artifact[];
  readonly binaries: readonly WrittenFile[];
  readonly manifest: PackageManifest;
  readonly sbom: string;
}

async function writePackage(
  directory: string,
  { version, progress }: BuildOptions,
  commit: Commit,
  contents: PackageContents,
): Promise<PackedArchives> {
  const root = packageName(version);
  const tarGz = join(directory, `${root}.tar.gz`);
  const zip = join(directory, `${root}.zip`);
  const writer = await ArchiveWriter.create({ tarGz, zip, root, mtime: commit.seconds });
  try {
    const files: WrittenFile[] = [];
    for (const [index, entry] of contents.entries.entries()) {
      progress(`packing ${index + 1} of ${contents.entries.length}: ${entry.path}`);
      files.push(await writer.add(entry));
    }
    const addText = async (path: string, text: string) => {
      files.push(await writer.add({ path, mode: 0o644, content: Buffer.from(text) }));
    };
    const binaries = files.filter(({ path }) => path.startsWith("binaries/"));
    const sbom = contents.createSbom(binaries);
    await addText(SBOM_FILE, sbom);
    const manifest = createManifest({ version, commit, contents, files });
    await addText(MANIFEST_FILE, `${JSON.stringify(manifest, undefined, 2)}\n`);
    await addText(CHECKSUMS_FILE, formatChecksums(files));
    await writer.finish();
    return { archives: await Promise.all([tarGz, zip].map(artifactOf)), binaries, manifest, sbom };
  } catch (error) {
    await writer.close();
    throw error;
  }
}

async function artifactOf(path: string): Promise<Artifact> {
  return { name: basename(path), sha256: await hashFile(path) };
}

interface AttachmentOptions extends PackedArchives {
  readonly planned: ReleasePlan;
  readonly commit: Commit;
  readonly started: Date;
}

/** Writes the files next to the archives: bill of materials, scan, provenance, notes, checksums and their signature. */
async function writeAttachments(
  directory: string,
  options: BuildOptions,
  { archives, binaries, manifest, sbom, planned, commit, started }: AttachmentOptions,
): Promise<Pick<BuiltRelease, "artifacts" | "files" | "signedBy" | "vulnerabilities">> {
  const { version, signingKey, root } = options;
  const name = packageName(version);
  const artifacts = [...archives, ...(await writeSources(directory, options, commit))];
  const write = (file: string, text: string): void => {
    writeFileSync(join(directory, file), text, { flag: "wx", mode: 0o644 });
    artifacts.push({ name: file, sha256: hash("sha256", text) });
  };
  const json = (value: unknown): string => `${JSON.stringify(value, undefined, 2)}\n`;
  write(`${name}.cdx.json`, sbom);
  options.progress("scanning for vulnerabilities");
  const vulnerabilities = scanVulnerabilities(join(directory, `${name}.cdx.json`));
  write(`${name}.vulnerabilities.json`, json(vulnerabilities));
  const lockfile = await hashFile(join(root, "package-lock.json"));
  const materials = [...binaries.map(toArtifact), { name: "package-lock.json", sha256: lockfile }];
  const { builder } = options;
  const statement = {
    version,
    commit,
    subjects: archives,
    materials,
    started,
    finished: new Date(),
    builder,
  };
  write(`${name}.provenance.json`, json(createProvenance(statement)));
  write(
    `RELEASE_NOTES_v${version}.md`,
    renderReleaseNotes({
      manifest,
      commits: listCommits(options.directory, options.since),
      since: options.since,
      planDiff: planned.planDiff,
      policy: planned.policy.summary,
      artifacts: archives,
      signedBy: signingKey?.fingerprint,
      vulnerabilities: vulnerabilityText(vulnerabilities),
      tests: testSummary(readGateRecord(options.directory).content, commit),
      performance: performanceResults(options.loadReport),
    }),
  );
  const sums = formatChecksums(
    artifacts.map((artifact) => ({ path: artifact.name, sha256: artifact.sha256 })),
  );
  writeFileSync(join(directory, CHECKSUMS_FILE), sums, { flag: "wx", mode: 0o644 });
  if (signingKey !== undefined) {
    const signature = await signDetached(sums, signingKey);
    writeFileSync(join(directory, `${CHECKSUMS_FILE}.asc`), signature, { flag: "wx", mode: 0o644 });
  }
  const { fingerprint: signedBy } = signingKey ?? {};
  return { artifacts, files: manifest.files.length, signedBy, vulnerabilities: vulnerabilities.verdict };
}

async function writeSources(
  directory: string,
  { project, version, progress }: BuildOptions,
  { seconds }: Commit,
): Promise<Artifact[]> {
  if (project === undefined) return [];
  progress("packing the sources of the game");
  return Promise.all((await writeSourceArchives({ project, directory, version, seconds })).map(artifactOf));
}

function toArtifact({ path, sha256 }: WrittenFile): Artifact {
  return { name: path, sha256 };
}

function vulnerabilityText(report: VulnerabilityReport): string | undefined {
  return report.verdict === "unproven"
    ? undefined
    : `${report.scanner} reported ${report.findings} vulnerabilities.`;
}

/** Renames the complete directory. An empty directory at the target is removed first; anything else makes the rename fail. */
function publish(temporary: string, out: string): void {
  try {
    rmdirSync(out);
  } catch (error) {
    if (errorCode(error) !== "ENOENT") throw error;
  }
  renameSync(temporary, out);
}
