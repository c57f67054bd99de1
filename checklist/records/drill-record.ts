import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { ENVIRONMENTS, type Environment } from "../../components/shared/environments.ts";
import { InputError } from "../../components/shared/errors.ts";
import { parseJson } from "../../components/shared/parse-json.ts";
import { writeAtomically } from "../../components/shared/write-atomically.ts";
import { type DrillName, drillMeasurements, drills } from "../check-names.ts";
import { listRecordFiles, type RecordProblem, recordDirectory, rejectedFile } from "./record-files.ts";

const drillNames = Object.keys(drills) as [DrillName, ...DrillName[]];

const text = (what: string) =>
  z
    .string({ error: `must be ${what}` })
    .trim()
    .min(1, `must be ${what}`);

/** What the drill used: an update of the stack, or the restore point of a backup. */
const subjectSchema = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("stack-update"), id: text("the ID of an update") }),
  z.strictObject({ kind: z.literal("restore-point"), id: text("the name of a restore point") }),
]);

/** A condition that the drill checked, for example `row counts are equal`. */
const checkSchema = z.strictObject({
  name: text("the name of a check"),
  passed: z.boolean({ error: "must be true or false" }),
  /** The measured value or the reason. It contains no secrets. */
  detail: z.string().optional(),
});

/** The dated, measured result of one drill. How old it may be is decided by the item (`drills` in check-names.ts). */
export const drillRecordSchema = z
  .strictObject({
    version: z.literal(1),
    drill: z.enum(drillNames, { error: `must be one of ${drillNames.join(", ")}` }),
    environment: z.enum(ENVIRONMENTS, { error: `must be one of ${ENVIRONMENTS.join(", ")}` }),
    startedAt: z.iso.datetime({ error: "must be a UTC time such as 2026-11-28T02:00:00Z" }),
    finishedAt: z.iso.datetime({ error: "must be a UTC time such as 2026-11-28T02:00:00Z" }),
    /** The person or job that ran the drill. */
    operator: text("the person or job that ran the drill"),
    result: z.enum(["pass", "fail"], { error: "must be pass or fail" }),
    /** Measured numbers by name; `rtoSeconds` is the recovery time, `rpoSeconds` the data loss. */
    measured: z.record(z.string(), z.number({ error: "must be a number" }).nonnegative("must be 0 or more")),
    checks: z.array(checkSchema),
    subject: subjectSchema.optional(),
    notes: z.string().optional(),
  })
  .superRefine((record, { addIssue }) => {
    const issue = (path: string, message: string): void =>
      addIssue({ code: "custom", path: [path], message });
    if (Date.parse(record.finishedAt) < Date.parse(record.startedAt))
      issue("finishedAt", "must not be before startedAt");
    if (record.result === "fail") return;
    if (record.checks.length === 0)
      issue("checks", "must not be empty, because a passed drill checked something");
    if (record.checks.some(({ passed }) => !passed)) issue("result", "must be fail, because a check failed");
    for (const name of Object.keys(drillMeasurements[record.drill]))
      if (record.measured[name] === undefined) issue(`measured.${name}`, "must be measured by this drill");
  });

/** The dated, measured result of one drill. */
export type DrillRecord = z.infer<typeof drillRecordSchema>;

/** A drill record and the file that it was read from. */
export interface StoredDrillRecord {
  /** Relative to the directory of the stack files. */
  readonly file: string;
  readonly record: DrillRecord;
}

/** The drill records of an environment, and the files that are not valid records. */
export interface DrillRecords {
  readonly records: readonly StoredDrillRecord[];
  readonly problems: readonly RecordProblem[];
}

/** Reads `records/<environment>/drills/*.json`, oldest first. An invalid file is a problem and counts for nothing. */
export function readDrillRecords(directory: string, environment: Environment): DrillRecords {
  const records: StoredDrillRecord[] = [];
  const problems: RecordProblem[] = [];
  for (const { file, content } of listRecordFiles(directory, environment, "drills", ".json")) {
    const parsed = drillRecordSchema.safeParse(parseJson(content));
    if (!parsed.success) {
      problems.push(...rejectedFile(file, parsed.error));
    } else if (parsed.data.environment !== environment) {
      problems.push({ file, path: "environment", message: `must be ${environment}, like the directory` });
    } else records.push({ file, record: parsed.data });
  }
  records.sort((a, b) => a.record.finishedAt.localeCompare(b.record.finishedAt));
  return { records, problems };
}

/**
 * Writes a drill record to `records/<environment>/drills/`, to be committed.
 * @returns the file, relative to the directory of the stack files.
 * @throws InputError with every problem of the record.
 */
export function writeDrillRecord(directory: string, record: DrillRecord): string {
  const parsed = drillRecordSchema.safeParse(record);
  if (!parsed.success) {
    throw new InputError(
      "The drill record is invalid:",
      parsed.error.issues.map(({ path, message }) => ({
        subject: path.length === 0 ? "the record" : path.join("."),
        rule: message,
        remedy: "Correct what the drill reports; docs/checklist.md describes the record.",
      })),
    );
  }
  const folder = recordDirectory(record.environment, "drills");
  const file = `${folder}/${record.startedAt.replaceAll(/[:.]/g, "-")}-${record.drill}.json`;
  mkdirSync(join(directory, folder), { recursive: true });
  writeAtomically(join(directory, file), (temporaryPath) =>
    writeFileSync(temporaryPath, `${JSON.stringify(parsed.data, undefined, 2)}\n`, { flag: "wx" }),
  );
  return file;
}
