import { type Dirent, readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { errorCode } from "../../components/shared/error-code.ts";
import { InputError, type Problem } from "../../components/shared/errors.ts";
import { hashFile } from "../../components/shared/hash-file.ts";
import { ArchiveError } from "../archive/archive-format.ts";
import { type Checksum, parseChecksums } from "../package/checksums.ts";
import { CHECKSUMS_FILE, findMissingPaths, MANIFEST_FILE, SBOM_FILE } from "../package/package-layout.ts";
import { readPublicKey, verifyDetached } from "../signing/sign.ts";
import { type InspectedArchive, inspectArchive } from "./inspect-archive.ts";
import { checkManifest, type ParsedManifest, parseManifest } from "./manifest-checks.ts";
import { checkProvenance, checkSbom } from "./statement-checks.ts";

/** The checks of a release, in order. */
export const RELEASE_CHECKS = {
  signature: "SHA256SUMS is signed by the given key",
  checksums: "Every file has the digest in SHA256SUMS",
  directory: "The directory contains no other file",
  archive: "The archive contains plain files only, below its directory, each once",
  manifest: "The archive contains exactly the files of MANIFEST.json",
  structure: "The package has every directory and file of its structure",
  sbom: "The bill of materials is that of the package and lists its binaries",
  provenance: "The provenance is about these archives, this version and this commit",
} as const;

export type ReleaseCheckId = keyof typeof RELEASE_CHECKS;

export interface ReleaseCheck {
  readonly id: ReleaseCheckId;
  readonly title: string;
  /** `skipped`: an earlier check failed without which this one is meaningless. */
  readonly status: "passed" | "failed" | "skipped";
  readonly problems: readonly Problem[];
}

/** The verdict about a release. */
export interface ReleaseVerification {
  readonly archive: string;
  readonly verdict: "valid" | "invalid";
  /** Undefined if the signature is not valid. */
  readonly signedBy: string | undefined;
  readonly signedAt: string | undefined;
  readonly version: string | undefined;
  readonly commit: string | undefined;
  readonly checks: readonly ReleaseCheck[];
}

/** The name of an archive: root directory, version, extension. */
const ARCHIVE_NAME =
  /^(?<root>spacetime-vr-v(?<version>\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+?)?))\.(?:tar\.gz|zip)$/;

/**
 * Verifies a release with nothing but its directory and the public key. Every check reports its own problems; none trusts what an
 * earlier one rejected.
 * @throws InputError for an unreadable key, and for a file that is not an archive of a release.
 */
export async function verifyRelease(archive: string, keyFile: string): Promise<ReleaseVerification> {
  const { root, version } = parseArchiveName(archive);
  const directory = dirname(resolve(archive));
  const key = await readPublicKey(keyFile);
  const sums = readOptional(join(directory, CHECKSUMS_FILE));
  const signature = await checkSignature(directory, sums, key);
  const checksums = parseSums(sums);
  const digests = new Map<string, string>();
  const found = new Map<ReleaseCheckId, readonly Problem[] | undefined>([
    ["signature", signature.problems],
    ["checksums", await checkChecksums(directory, basename(archive), checksums, digests)],
    ["directory", checksums && checkDirectory(directory, checksums, resolve(keyFile))],
  ]);
  const inspected = await inspect(archive, root);
  found.set("archive", inspected.problems);
  const { contents } = inspected;
  const manifest = contents && parseManifest(contents);
  found.set("manifest", contents && manifest && checkManifest(contents, manifest, version));
  found.set("structure", contents && manifest && structureProblems(contents));
  const context = { contents, manifest: manifest?.manifest, root, version };
  found.set("sbom", contents && checkSbom(readOptional(join(directory, `${root}.cdx.json`)), context));
  const provenance = readOptional(join(directory, `${root}.provenance.json`));
  found.set(
    "provenance",
    checkProvenance(provenance, basename(archive), digests.get(basename(archive)), context),
  );
  return toVerification(archive, found, signature, manifest);
}

function toVerification(
  archive: string,
  found: ReadonlyMap<ReleaseCheckId, readonly Problem[] | undefined>,
  { fingerprint, signedAt }: SignatureResult,
  manifest: ParsedManifest | undefined,
): ReleaseVerification {
  const checks = (Object.keys(RELEASE_CHECKS) as ReleaseCheckId[]).map((id): ReleaseCheck => {
    const problems = found.get(id);
    const title = RELEASE_CHECKS[id];
    if (problems === undefined) return { id, title, status: "skipped", problems: [] };
    return { id, title, status: problems.length === 0 ? "passed" : "failed", problems };
  });
  return {
    archive,
    verdict: checks.every(({ status }) => status === "passed") ? "valid" : "invalid",
    signedBy: fingerprint,
    signedAt,
    version: manifest?.manifest?.version,
    commit: manifest?.manifest?.build.commit,
    checks,
  };
}

function parseArchiveName(archive: string): { readonly root: string; readonly version: string } {
  const groups = ARCHIVE_NAME.exec(basename(archive))?.groups;
  const { root, version } = groups ?? {};
  if (root !== undefined && version !== undefined && isFile(archive)) return { root, version };
  throw new InputError("The release cannot be verified:", [
    {
      subject: "archive",
      value: archive,
      rule:
        root === undefined ? "is not named like an archive of a release" : "is not a file that can be read",
      remedy: "Name the spacetime-vr-v<version>.tar.gz or .zip in the directory of the release.",
    },
  ]);
}

function isFile(path: string): boolean {
  try {
    return readdirSync(dirname(resolve(path)), { withFileTypes: true }).some(
      (entry) => entry.name === basename(path) && entry.isFile(),
    );
  } catch {
    return false;
  }
}

function readOptional(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch {
    return undefined;
  }
}

interface SignatureResult {
  readonly problems: readonly Problem[];
  readonly fingerprint?: string;
  readonly signedAt?: string;
}

async function checkSignature(
  directory: string,
  sums: Buffer | undefined,
  key: Awaited<ReturnType<typeof readPublicKey>>,
): Promise<SignatureResult> {
  const subject = `${CHECKSUMS_FILE}.asc`;
  const armored = readOptional(join(directory, subject))?.toString("utf8");
  const failed = (rule: string): SignatureResult => ({
    problems: [{ subject, rule, remedy: "Do not use this release. Get it again from its publisher." }],
  });
  if (sums === undefined) return failed(`has nothing to sign: ${CHECKSUMS_FILE} is missing`);
  if (armored === undefined) return failed("is missing: the release is not signed");
  const verdict = await verifyDetached(sums, armored, key);
  if (!verdict.valid) return failed(verdict.reason);
  return { problems: [], fingerprint: verdict.fingerprint, signedAt: verdict.signedAt.toISOString() };
}

const GET_AGAIN = "Get the release again from its publisher.";

function parseSums(sums: Buffer | undefined): readonly Checksum[] | undefined {
  const checksums = sums && parseChecksums(sums.toString("utf8"));
  return checksums?.every(({ path }) => /^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(path)) === true
    ? checksums
    : undefined;
}

async function checkChecksums(
  directory: string,
  archive: string,
  checksums: readonly Checksum[] | undefined,
  digests: Map<string, string>,
): Promise<Problem[]> {
  if (checksums === undefined) {
    return [
      { subject: CHECKSUMS_FILE, rule: "is missing or has lines of another format", remedy: GET_AGAIN },
    ];
  }
  const problems: Problem[] = [];
  if (!checksums.some(({ path }) => path === archive)) {
    problems.push({ subject: archive, rule: `is not listed in ${CHECKSUMS_FILE}`, remedy: GET_AGAIN });
  }
  for (const { path, sha256 } of checksums) {
    const digest = await digestOf(join(directory, path));
    if (digest === undefined) {
      problems.push({
        subject: path,
        rule: `is listed in ${CHECKSUMS_FILE}, but missing`,
        remedy: GET_AGAIN,
      });
    } else if (digest !== sha256) {
      problems.push({
        subject: path,
        rule: `does not have the digest in ${CHECKSUMS_FILE}`,
        remedy: GET_AGAIN,
      });
    } else digests.set(path, digest);
  }
  return problems;
}

async function digestOf(path: string): Promise<string | undefined> {
  try {
    return await hashFile(path);
  } catch (error) {
    if (errorCode(error) === "ENOENT") return undefined;
    throw error;
  }
}

/** Files next to the archive that are not listed. The unpacked package and the public key may be there. */
function checkDirectory(directory: string, checksums: readonly Checksum[], keyFile: string): Problem[] {
  const listed = new Set([...checksums.map(({ path }) => path), CHECKSUMS_FILE, `${CHECKSUMS_FILE}.asc`]);
  const isExpected = (entry: Dirent): boolean =>
    listed.has(entry.name) || entry.isDirectory() || join(directory, entry.name) === keyFile;
  return readdirSync(directory, { withFileTypes: true })
    .filter((entry) => !isExpected(entry))
    .map(({ name }) => ({
      subject: name,
      rule: `is not listed in ${CHECKSUMS_FILE}`,
      remedy: "Remove it from the directory of the release.",
    }));
}

interface InspectionResult {
  readonly problems: readonly Problem[];
  readonly contents?: InspectedArchive;
}

async function inspect(archive: string, root: string): Promise<InspectionResult> {
  try {
    const texts = [MANIFEST_FILE, CHECKSUMS_FILE, SBOM_FILE];
    return { problems: [], contents: await inspectArchive(archive, root, texts) };
  } catch (error) {
    if (!(error instanceof ArchiveError)) throw error;
    const subject = error.entry ?? basename(archive);
    return { problems: [{ subject, rule: error.rule, remedy: "Do not unpack the archive." }] };
  }
}

function structureProblems({ files }: InspectedArchive): Problem[] {
  return findMissingPaths(files.map(({ path }) => path)).map((path) => ({
    subject: path,
    rule: "is missing from the package",
    remedy: GET_AGAIN,
  }));
}
