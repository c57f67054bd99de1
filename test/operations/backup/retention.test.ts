import { expect, test } from "@jest/globals";
import type { BaseBackup } from "../../../operations/backup/pgbackrest.ts";
import { planPrune } from "../../../operations/backup/prune.ts";
import { type RetainedPoint, selectKeptPoints } from "../../../operations/backup/retention.ts";
import { createPoint } from "./support/points.ts";

const NOW = Date.parse("2026-11-28T02:00:00Z");
const HOUR_MS = 3_600_000;

const point = (hoursAgo: number, changes: Partial<RetainedPoint> = {}): RetainedPoint => ({
  name: `h${hoursAgo}`,
  createdAt: new Date(NOW - hoursAgo * HOUR_MS).toISOString(),
  isGood: true,
  isNamed: false,
  ...changes,
});

const POLICY = { hourly: 24, daily: 7, weekly: 5 };

test("of hourly points over ten weeks, a day of hours, a week of days and five weeks are kept", () => {
  const points = Array.from({ length: 24 * 70 }, (_, hours) => point(hours));
  const kept = [...selectKeptPoints(points, POLICY, NOW)];
  // 24 hours contain the newest of two days, and seven days the newest of two weeks.
  expect(kept).toHaveLength(24 + 5 + 3);
  const oldestDays = Math.max(...kept.map((name) => Number(name.slice(1)))) / 24;
  expect(oldestDays).toBeGreaterThan(26);
  expect(oldestDays).toBeLessThan(35);
});

test("the newest good point is kept although it is a year old, and a damaged newer one does not replace it", () => {
  const points = [point(24 * 365), point(24 * 400), point(1, { isGood: false })];
  expect(selectKeptPoints(points, { hourly: 0, daily: 0, weekly: 0 }, NOW)).toEqual(new Set(["h8760"]));
});

test("a clock that is wrong by years removes nothing that is the last good one", () => {
  const points = [point(2), point(3)];
  const later = NOW + 20 * 365 * 24 * HOUR_MS;
  expect(selectKeptPoints(points, POLICY, later)).toContain("h2");
});

test("a point that an operator named is kept for five weeks", () => {
  const named = point(24 * 20, { name: "before-release", isNamed: true });
  const points = [named, ...Array.from({ length: 24 * 30 }, (_, hours) => point(hours))];
  expect(selectKeptPoints(points, POLICY, NOW)).toContain("before-release");
  expect(selectKeptPoints(points, POLICY, NOW + 24 * 20 * HOUR_MS)).not.toContain("before-release");
});

const backup = (label: string, start: string): BaseBackup => ({
  label,
  type: label.includes("_") ? "diff" : "full",
  error: false,
  reference: null,
  archive: { start, stop: start },
  lsn: { start: "0/0", stop: "0/0" },
  timestamp: { start: 0, stop: 0 },
  info: { size: 1, repository: { delta: 1 } },
});

const OLD = "20261101-000000F";
const NEW = "20261115-000000F";
const FILES = [
  `pgbackrest/backup/spacetime/${OLD}/bundle/1`,
  `pgbackrest/backup/spacetime/${OLD}_20261102-000000D/bundle/1`,
  `pgbackrest/backup/spacetime/${NEW}/bundle/1`,
  `pgbackrest/archive/spacetime/15-1/0000000100000000/000000010000000000000002-${"a".repeat(40)}.zst`,
  `pgbackrest/archive/spacetime/15-1/0000000100000000/000000010000000000000009-${"b".repeat(40)}.zst`,
  "points/old/manifest.json",
  "points/new/manifest.json",
];
const BACKUPS = [
  backup(OLD, "000000010000000000000002"),
  backup(`${OLD}_20261102-000000D`, "000000010000000000000004"),
  backup(NEW, "000000010000000000000009"),
];

const entries = [
  { kind: "complete", point: createPoint("old", `${OLD}_20261102-000000D`) },
  { kind: "complete", point: createPoint("new", NEW) },
] as const;

test("a base backup is removed, with its WAL and what depends on it, when no kept point needs it", () => {
  const plan = planPrune({ entries, backups: BACKUPS, files: FILES, kept: new Set(["new"]) });
  expect(plan.points).toEqual(["old"]);
  expect(plan.fullBackups).toBe(1);
  expect(plan.files).toEqual([FILES[0], FILES[1], FILES[3], FILES[5]]);
});

test("a full backup stays while a kept point needs a differential backup of it", () => {
  const plan = planPrune({ entries, backups: BACKUPS, files: FILES, kept: new Set(["old", "new"]) });
  expect(plan).toEqual({ points: [], fullBackups: 2, files: [] });
});

test("a damaged restore point is kept for analysis, and an interrupted one is removed", () => {
  const damaged = { kind: "damaged", name: "bad", file: "f", reason: "r" } as const;
  const incomplete = { kind: "incomplete", name: "half" } as const;
  const plan = planPrune({
    entries: [...entries, damaged, incomplete],
    backups: BACKUPS,
    files: FILES,
    kept: new Set(["old", "new"]),
  });
  expect(plan.points).toEqual(["half"]);
});

test("without any restore point, no base backup is removed", () => {
  const plan = planPrune({ entries: [], backups: BACKUPS, files: FILES, kept: new Set() });
  expect(plan).toEqual({ points: [], fullBackups: 2, files: [] });
});
