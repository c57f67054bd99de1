import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { type DrillName, drillMeasurements } from "../../../checklist/check-names.ts";
import {
  type DrillRecord,
  drillRecordSchema,
  readDrillRecords,
  writeDrillRecord,
} from "../../../checklist/records/drill-record.ts";

const record: DrillRecord = {
  version: 1,
  drill: "database-restore",
  environment: "production",
  startedAt: "2026-11-20T03:00:00Z",
  finishedAt: "2026-11-20T03:04:10Z",
  operator: "restore drill job",
  result: "pass",
  measured: { rtoSeconds: 250, rpoSeconds: 12 },
  checks: [{ name: "row counts are equal", passed: true, detail: "1204 players" }],
  subject: { kind: "restore-point", id: "20261120-025900F" },
};

function issuesOf(change: Partial<Record<keyof DrillRecord, unknown>>): string[] {
  const parsed = drillRecordSchema.safeParse({ ...record, ...change });
  return parsed.success
    ? []
    : parsed.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`);
}

describe("a drill record that proves nothing is rejected", () => {
  test("a complete record is accepted", () => {
    expect(issuesOf({})).toEqual([]);
  });

  test("a pass without a check is rejected", () => {
    expect(issuesOf({ checks: [] })).toEqual([
      "checks: must not be empty, because a passed drill checked something",
    ]);
  });

  test("a pass with a failed check is rejected, a fail with one is accepted", () => {
    const checks = [{ name: "row counts are equal", passed: false }];
    expect(issuesOf({ checks })).toEqual(["result: must be fail, because a check failed"]);
    expect(issuesOf({ checks, result: "fail" })).toEqual([]);
  });

  test.each(Object.keys(drillMeasurements) as DrillName[])(
    "a pass of %s must have its measurements",
    (drill) => {
      const names = Object.keys(drillMeasurements[drill]);
      expect(issuesOf({ drill, measured: {} })).toEqual(
        names.map((name) => `measured.${name}: must be measured by this drill`),
      );
      expect(names.length).toBeGreaterThan(0);
    },
  );

  test("an end before the start, an unknown drill and an unknown field are rejected", () => {
    expect(issuesOf({ finishedAt: "2026-11-20T02:00:00Z" })).toEqual([
      "finishedAt: must not be before startedAt",
    ]);
    expect(issuesOf({ drill: "fire" })[0]).toMatch(/^drill: must be one of database-restore/);
    expect(issuesOf({ note: "x" } as never)).toHaveLength(1);
  });
});

describe("drill records are files of an environment", () => {
  let directory = "";
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "drills-"));
  });
  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  test("a written record is read back, oldest first", () => {
    const file = writeDrillRecord(directory, record);
    expect(file).toBe("records/production/drills/2026-11-20T03-00-00Z-database-restore.json");
    const earlier = { ...record, startedAt: "2026-10-01T03:00:00Z", finishedAt: "2026-10-01T03:01:00Z" };
    writeDrillRecord(directory, earlier);
    expect(readDrillRecords(directory, "production")).toEqual({
      records: [expect.objectContaining({ record: earlier }), { file, record }],
      problems: [],
    });
    expect(readdirSync(join(directory, "records/production/drills"))).toHaveLength(2);
  });

  test("an environment without records has none", () => {
    expect(readDrillRecords(directory, "staging")).toEqual({ records: [], problems: [] });
  });

  test("an invalid record is not written, and every problem is named", () => {
    expect(() => writeDrillRecord(directory, { ...record, checks: [] })).toThrow(/checks: must not be empty/);
  });

  test("an invalid file and a record of another environment count for nothing and are reported", () => {
    const folder = join(directory, "records/staging/drills");
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "a.json"), "{");
    writeFileSync(join(folder, "b.json"), JSON.stringify(record));
    const { records, problems } = readDrillRecords(directory, "staging");
    expect(records).toEqual([]);
    expect(problems.map(({ file, path }) => `${file} ${path}`)).toEqual([
      "records/staging/drills/a.json ",
      "records/staging/drills/b.json environment",
    ]);
  });
});
