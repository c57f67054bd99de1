import { expect, test } from "@jest/globals";
import type { BaseBackup } from "../../../operations/backup/pgbackrest.ts";
import { isSameTarget, parseRestoreTarget, planRestore } from "../../../operations/backup/restore-target.ts";
import { createPoint } from "./support/points.ts";

const backup = (label: string, stopped: string): BaseBackup => ({
  label,
  type: "full",
  error: false,
  reference: null,
  archive: { start: "000000010000000000000002", stop: "000000010000000000000002" },
  lsn: { start: "0/0", stop: "0/0" },
  timestamp: { start: 0, stop: Date.parse(stopped) / 1000 },
  info: { size: 1, repository: { delta: 1 } },
});

const now = new Date("2026-11-25T00:00:00Z");
const backups = [backup("monday", "2026-11-23T00:00:00Z"), backup("tuesday", "2026-11-24T00:00:00Z")];
const points = [
  createPoint("first", "monday", "2026-11-23T12:00:00.000Z"),
  createPoint("second", "tuesday", "2026-11-24T12:00:00.000Z"),
];

test("a time between two base backups is restored from the earlier one, with the Redis snapshot before it", () => {
  const plan = planRestore(parseRestoreTarget("2026-11-23T18:00:00+01:00"), { points, backups, now });
  expect(plan.backup.label).toBe("monday");
  expect(plan.snapshot.name).toBe("first");
  expect(plan.options).toContain("--target=2026-11-23 17:00:00.000+00");
  expect(plan.options).toContain("--target-timeline=latest");
});

test("a named point is restored on its own timeline, from its own base backup", () => {
  const plan = planRestore(parseRestoreTarget("first"), { points, backups, now });
  expect(plan.backup.label).toBe("monday");
  expect(plan.options).toEqual([
    "--type=name",
    "--target=first",
    "--target-action=pause",
    "--target-timeline=1",
  ]);
  expect(plan.lastSegment).toBe("000000010000000000000009");
});

test("a transaction is restored from a base backup before it", () => {
  const plan = planRestore(parseRestoreTarget("xid:801"), { points, backups, now });
  expect(plan.backup.label).toBe("tuesday");
  expect(plan.options).toContain("--target=801");
});

test("a time that was typed in another way than it is shown confirms the restore; another time does not", () => {
  const target = parseRestoreTarget("2026-11-23T18:00:00+01:00");
  expect(isSameTarget("2026-11-23T17:00:00Z", target)).toBe(true);
  expect(isSameTarget("2026-11-23 18:00:00+01:00", target)).toBe(true);
  expect(isSameTarget("2026-11-23T17:00:01Z", target)).toBe(false);
  expect(isSameTarget("2026-11-23T17:00:00", target)).toBe(false);
  expect(isSameTarget("latest", target)).toBe(false);
});

test("a time in the future, one before the first base backup, an unknown name and an empty repository are rejected with a remedy", () => {
  const rejected =
    (text: string, available = { points, backups, now }) =>
    () =>
      planRestore(parseRestoreTarget(text), available);
  expect(rejected("2026-11-22T00:00:00Z")).toThrow(
    /before the end of the oldest base backup \(2026-11-23T00:00:00.000Z\)/,
  );
  expect(rejected("2027-11-22T00:00:00Z")).toThrow(/is in the future.*use latest/);
  expect(rejected("third")).toThrow(/not a restore point.*first, second/s);
  expect(rejected("latest", { points: [], backups: [], now })).toThrow(
    /contains no restore point.*backup run/s,
  );
});

test.each(["2026-11-23T18:00:00", "yesterday!", "2026-13-01T00:00:00Z", "../secrets", ""])(
  "%p is not a restore point: a time needs its time zone, and a name cannot leave its directory",
  (text) => {
    expect(() => parseRestoreTarget(text)).toThrow(/must be the name of a restore point, latest, a time/);
  },
);
