import { join } from "node:path";
import type { z } from "zod";
import { parseJson } from "../../components/shared/parse-json.ts";
import { readTextIfPresent } from "../../components/shared/read-text-if-present.ts";
import { GATE_RECORD, type GateRecord, gateRecordSchema } from "../records/gate-record.ts";
import { type RecordProblem, rejectedFile } from "../records/record-files.ts";
import { RELEASE_RECORD, type ReleaseRecord, releaseRecordSchema } from "../records/release-record.ts";
import { SCAN_RECORD, type ScanRecord, scanRecordSchema } from "../records/scan-record.ts";

interface StateFile<Content> {
  readonly content: Content | undefined;
  readonly problems: readonly RecordProblem[];
}

/** Reads the results of the last gate on this machine. */
export function readGateRecord(directory: string): StateFile<GateRecord> {
  return readStateFile(directory, GATE_RECORD, gateRecordSchema);
}

/** Reads what the release commands found. */
export function readReleaseRecord(directory: string, file = RELEASE_RECORD): StateFile<ReleaseRecord> {
  return readStateFile(directory, file, releaseRecordSchema);
}

/** Reads what the scanners found. */
export function readScanRecord(directory: string): StateFile<ScanRecord> {
  return readStateFile(directory, SCAN_RECORD, scanRecordSchema);
}

function readStateFile<Content>(
  directory: string,
  file: string,
  schema: z.ZodType<Content>,
): StateFile<Content> {
  const text = readTextIfPresent(join(directory, file));
  if (text === undefined) return { content: undefined, problems: [] };
  const parsed = schema.safeParse(parseJson(text));
  if (parsed.success) return { content: parsed.data, problems: [] };
  return { content: undefined, problems: rejectedFile(file, parsed.error) };
}
