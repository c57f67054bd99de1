import type { Problem } from "../../components/shared/errors.ts";
import { parseJson } from "../../components/shared/parse-json.ts";
import { formatChecksums } from "../package/checksums.ts";
import { manifestSchema, type PackagedFile, type PackageManifest } from "../package/manifest.ts";
import { CHECKSUMS_FILE, MANIFEST_FILE } from "../package/package-layout.ts";
import type { InspectedArchive, InspectedFile } from "./inspect-archive.ts";

/** A manifest, or the reason why it cannot be used. */
export interface ParsedManifest {
  readonly manifest: PackageManifest | undefined;
  readonly problems: readonly Problem[];
}

const REMEDY = "Do not use this package. Get it again from its publisher.";

/** Parses the manifest in an archive. */
export function parseManifest({ texts }: InspectedArchive): ParsedManifest {
  const invalid = (rule: string, subject = MANIFEST_FILE): ParsedManifest => ({
    manifest: undefined,
    problems: [{ subject, rule, remedy: REMEDY }],
  });
  const text = texts.get(MANIFEST_FILE);
  if (text === undefined) return invalid("is missing from the package");
  const value = parseJson(text);
  if (value === undefined) return invalid("is not JSON");
  const parsed = manifestSchema.safeParse(value);
  if (parsed.success) return { manifest: parsed.data, problems: [] };
  const [issue] = parsed.error.issues;
  return invalid(
    `does not match its schema: ${issue?.message ?? ""}`,
    `${MANIFEST_FILE}: ${issue?.path.join(".") ?? ""}`,
  );
}

/** The differences between a manifest and the archive that contains it. */
export function checkManifest(
  contents: InspectedArchive,
  { manifest, problems }: ParsedManifest,
  version: string,
): Problem[] {
  if (manifest === undefined) return [...problems];
  const found: Problem[] = [];
  if (manifest.version !== version) {
    found.push({
      subject: `${MANIFEST_FILE}: version`,
      value: manifest.version,
      rule: `is not ${version}, as the archive is named`,
      remedy: REMEDY,
    });
  }
  const listed = new Map(manifest.files.map((file) => [file.path, file]));
  const present = new Map(contents.files.map((file) => [file.path, file]));
  for (const file of contents.files) {
    if (file.path === MANIFEST_FILE || file.path === CHECKSUMS_FILE) continue;
    const rule = fileRule(file, listed.get(file.path));
    if (rule !== undefined) found.push({ subject: file.path, rule, remedy: REMEDY });
  }
  for (const { path } of manifest.files) {
    if (!present.has(path))
      found.push({ subject: path, rule: `is listed in ${MANIFEST_FILE}, but missing`, remedy: REMEDY });
  }
  return [...found, ...checksumProblems(contents)];
}

function fileRule(file: InspectedFile, listed: PackagedFile | undefined): string | undefined {
  if (listed === undefined) return `is not listed in ${MANIFEST_FILE}`;
  if (file.size !== listed.size || file.sha256 !== listed.sha256)
    return `does not have the digest in ${MANIFEST_FILE}`;
  const mode = `0${file.mode.toString(8)}`;
  return mode === listed.mode ? undefined : `has the permissions ${mode} instead of ${listed.mode}`;
}

/** SHA256SUMS in the package, for receivers with nothing but sha256sum, must agree with the archive. */
function checksumProblems({ files, texts }: InspectedArchive): Problem[] {
  const expected = formatChecksums(files.filter(({ path }) => path !== CHECKSUMS_FILE));
  if (texts.get(CHECKSUMS_FILE) === expected) return [];
  return [
    {
      subject: CHECKSUMS_FILE,
      rule: "in the package does not list its files with their digests",
      remedy: REMEDY,
    },
  ];
}
