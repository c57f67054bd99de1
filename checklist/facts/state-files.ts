import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { z } from "zod";
import { errorCode } from "../../components/shared/error-code.ts";
import { parseJson } from "../../components/shared/parse-json.ts";
import { GATE_RECORD, type GateRecord, gateRecordSchema } from "../records/gate-record.ts";
import type { RecordProblem } from "../records/record-files.ts";
import { RELEASE_RECORD, type ReleaseRecord, releaseRecordSchema } from "../records/release-record.ts";

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

function readStateFile<Content>(
  directory: string,
  file: string,
  schema: z.ZodType<Content>,
): StateFile<Content> {
  let text: string;
  try {
    text = readFileSync(join(directory, file), "utf8");
  } catch (error) {
    if (errorCode(error) === "ENOENT") return { content: undefined, problems: [] };
    throw error;
  }
  const parsed = schema.safeParse(parseJson(text));
  if (parsed.success) return { content: parsed.data, problems: [] };
  const problems = parsed.error.issues.map(({ path, message }) => ({ file, path: path.join("."), message }));
  return { content: undefined, problems };
}
