import type { ReleaseRecord } from "../../checklist/records/release-record.ts";
import type { ExportCheck, ExportCheckId } from "../exports/export-report.ts";
import { isWindowsPreset, parseExportPresets } from "../exports/settings/export-presets.ts";
import type { ReleaseCheckId, ReleaseVerification } from "../verification/verify-release.ts";

/** A checked property of a release, as the checklist reads it. */
export type RecordedCheck = ReleaseRecord["checks"][number];

/** What the checklist asks of a release, by the checks of the export that answer it. */
const EXPORT_CHECKS: Readonly<Record<string, readonly ExportCheckId[]>> = {
  "release/executable": ["executable"],
  "release/size": ["size"],
  "release/server-build": ["executable", "template", "pack", "digests", "autoloads"],
  "release/no-log-files": ["contents"],
};

/** The checks of an export. One that did not run, or could not read the content, is not recorded, so its item stays unproven. */
export function recordExportChecks(checks: readonly ExportCheck[]): RecordedCheck[] {
  return Object.entries(EXPORT_CHECKS).flatMap(([name, ids]) => {
    const found = checks.filter(({ id }) => ids.includes(id));
    const isComplete = ids.every((id) => found.some((one) => one.id === id));
    if (!isComplete || found.some(({ status }) => status === "unproven" || status === "skipped")) return [];
    const problems = found
      .filter(({ status }) => status === "failed" || status === "warning")
      .flatMap(({ title, detail, problems: listed }) =>
        listed.length === 0
          ? [`${title}: no (${detail}).`]
          : listed.map(({ subject, rule }) => `${subject} ${rule}.`),
      );
    const recorded = found.map(({ detail }) => detail).find((detail) => detail !== "");
    return [{ name, subjects: found.length, problems, ...(recorded === undefined ? {} : { recorded }) }];
  });
}

/** The options of a preset that Windows shows as the properties of the executable. */
const METADATA: Readonly<Record<string, string>> = {
  version: "application/product_version",
  company: "application/company_name",
  product: "application/product_name",
  description: "application/file_description",
};

/** The metadata in export_presets.cfg. Only presets for Windows have it; without one, nothing is recorded. */
export function recordMetadata(presetsText: string | undefined): RecordedCheck[] {
  const presets = presetsText === undefined ? [] : parseExportPresets(presetsText).filter(isWindowsPreset);
  if (presets.length === 0) return [];
  return Object.entries(METADATA).map(([finding, key]) => {
    const texts = presets.map(({ options }) => String(options.get(key) ?? "").trim());
    const problems = presets.flatMap(({ name }, index) =>
      texts[index] === "" ? [`The preset "${name}" has no ${key}.`] : [],
    );
    return {
      name: "release/export-metadata",
      finding,
      subjects: presets.length,
      problems,
      recorded: texts.filter((text) => text !== "").join(", "),
    };
  });
}

/** Which checks of a received release answer what the checklist asks. */
const VERIFICATION_CHECKS: Readonly<Record<string, readonly ReleaseCheckId[]>> = {
  "release/signature": ["signature"],
  "release/checksums": ["checksums", "archive", "manifest"],
};

/** The verification of a received release; a skipped check is not recorded. */
export function recordVerification({ checks, signedBy }: ReleaseVerification): RecordedCheck[] {
  return Object.entries(VERIFICATION_CHECKS).flatMap(([name, ids]) => {
    const found = checks.filter(({ id }) => ids.includes(id));
    if (found.some(({ status }) => status === "skipped")) return [];
    const problems = found.flatMap(({ problems: listed }) =>
      listed.map(({ subject, rule }) => `${subject} ${rule}.`),
    );
    const recorded = name === "release/signature" && signedBy !== undefined ? { recorded: signedBy } : {};
    return [{ name, subjects: found.length, problems, ...recorded }];
  });
}

/** Whether the files of a release are those that `release try` started; undefined if nothing was tried. */
export function recordTried(
  tried: ReadonlyMap<string, string> | undefined,
  released: ReadonlyMap<string, string>,
): RecordedCheck[] {
  if (tried === undefined) return [];
  const problems = [...tried].flatMap(([path, digest]) => {
    const found = released.get(path);
    if (found === digest) return [];
    return [
      found === undefined ? `${path} was tried, but is not in the release.` : `${path} is not the tried one.`,
    ];
  });
  return [{ name: "release/checksums", finding: "as-tried", subjects: tried.size, problems }];
}

/** Adds checks to the record of a release; a record of another release is replaced. */
export function mergeReleaseRecord(
  existing: ReleaseRecord | undefined,
  { checks, ...release }: Omit<ReleaseRecord, "version">,
): ReleaseRecord {
  const earlier = existing?.payloadDigest === release.payloadDigest ? existing.checks : [];
  const kept = earlier.filter(
    (one) => !checks.some(({ name, finding }) => name === one.name && finding === one.finding),
  );
  return { version: 1, ...release, checks: [...kept, ...checks] };
}
