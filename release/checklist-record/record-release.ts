import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { z } from "zod";
import { readReleaseRecord } from "../../checklist/facts/state-files.ts";
import { RELEASE_RECORD } from "../../checklist/records/release-record.ts";
import { hashFile } from "../../components/shared/hash-file.ts";
import { parseJson } from "../../components/shared/parse-json.ts";
import { readTextIfPresent } from "../../components/shared/read-text-if-present.ts";
import { writeAtomically } from "../../components/shared/write-atomically.ts";
import { saveReport } from "../../probes/report/report-history.ts";
import type { SuiteReport } from "../../probes/report/suite-report.ts";
import { listExportFiles, PRESETS_FILE } from "../exports/list-export-files.ts";
import { parseChecksums } from "../package/checksums.ts";
import { CHECKSUMS_FILE } from "../package/package-layout.ts";
import type { ReleaseVerification } from "../verification/verify-release.ts";
import {
  mergeReleaseRecord,
  type RecordedCheck,
  recordExportChecks,
  recordMetadata,
  recordTried,
  recordVerification,
} from "./release-checks.ts";

/** The state of the export that was last tried, in the directory of the stack files. */
const CANDIDATE_DIRECTORY = ".spacetime-vr/candidate";
const TRIED_FILE = join(CANDIDATE_DIRECTORY, "tried.json");

const triedSchema = z.strictObject({
  version: z.literal(1),
  files: z.record(z.string(), z.string().regex(/^[0-9a-f]{64}$/)),
});

interface BuiltReleaseFacts {
  /** The directory of the stack files. */
  readonly directory: string;
  readonly exportDirectory: string;
  /** The report of the export's checks, as JSON. */
  readonly exportReport: string;
  readonly version: string;
  readonly artifacts: readonly { readonly name: string; readonly sha256: string }[];
  /** Whether a second build was compared and is the same. */
  readonly builtTwice: boolean;
}

/** Records what `release build` found, for the checklist. */
export async function recordBuild(built: BuiltReleaseFacts): Promise<void> {
  const { directory, exportDirectory, exportReport, version, artifacts, builtTwice } = built;
  const payloadDigest = artifacts.find(({ name }) => name.endsWith(".tar.gz"))?.sha256;
  if (payloadDigest === undefined) return;
  const { checks } = JSON.parse(exportReport) as {
    readonly checks: Parameters<typeof recordExportChecks>[0];
  };
  const tried = readTried(directory);
  writeRecord(directory, version, payloadDigest, [
    ...recordExportChecks(checks),
    ...recordMetadata(readTextIfPresent(join(exportDirectory, PRESETS_FILE))),
    ...recordTried(tried, tried === undefined ? new Map() : await hashExport(exportDirectory)),
    ...(builtTwice
      ? [{ name: "release/reproducible", subjects: 2, problems: [], recorded: payloadDigest }]
      : []),
  ]);
}

/** Records what `release verify` found. With a wrong signature, the digest may be forged; then the record says that it failed. */
export function recordVerifiedRelease(
  directory: string,
  archiveDirectory: string,
  report: ReleaseVerification,
): void {
  const sums = parseChecksums(readTextIfPresent(join(archiveDirectory, CHECKSUMS_FILE)) ?? "") ?? [];
  const payloadDigest = sums.find(({ path }) => path.endsWith(".tar.gz"))?.sha256;
  if (payloadDigest === undefined) return;
  writeRecord(directory, report.version ?? "unknown version", payloadDigest, recordVerification(report));
}

/** Records the reports of `release try` and what was tried. */
export async function recordTrial(
  directory: string,
  exportDirectory: string,
  reports: readonly SuiteReport[],
): Promise<void> {
  for (const report of reports) saveReport(join(directory, CANDIDATE_DIRECTORY), report);
  const files = Object.fromEntries(await hashExport(exportDirectory));
  writeState(join(directory, TRIED_FILE), { version: 1, files });
}

async function hashExport(directory: string): Promise<ReadonlyMap<string, string>> {
  const paths = listExportFiles(directory)
    .filter(({ kind }) => ["linux-server", "windows-server", "pack", "library"].includes(kind))
    .map(({ path }) => path);
  const digests = await Promise.all(paths.map((path) => hashFile(join(directory, path))));
  return new Map(paths.map((path, index) => [path, digests[index] ?? ""]));
}

function readTried(directory: string): ReadonlyMap<string, string> | undefined {
  const text = readTextIfPresent(join(directory, TRIED_FILE));
  const found = text === undefined ? undefined : triedSchema.safeParse(parseJson(text)).data;
  return found === undefined ? undefined : new Map(Object.entries(found.files));
}

function writeRecord(
  directory: string,
  release: string,
  payloadDigest: string,
  checks: readonly RecordedCheck[],
): void {
  const existing = readReleaseRecord(directory).content;
  const checkedAt = new Date().toISOString();
  writeState(
    join(directory, RELEASE_RECORD),
    mergeReleaseRecord(existing, { release, payloadDigest, checkedAt, checks: [...checks] }),
  );
}

function writeState(path: string, content: unknown): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  writeAtomically(path, (temporaryPath) =>
    writeFileSync(temporaryPath, `${JSON.stringify(content, undefined, 2)}\n`, { flag: "wx", mode: 0o600 }),
  );
}
