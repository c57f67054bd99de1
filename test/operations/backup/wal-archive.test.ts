import { expect, test } from "@jest/globals";
import {
  type ArchiveObservation,
  classifyArchive,
  describeArchive,
  findLostSegment,
} from "../../../operations/backup/wal-archive.ts";
import { findMissingSegments, parseArchivedSegment } from "../../../operations/backup/wal-segments.ts";

const healthy: ArchiveObservation = {
  lastArchived: "000000010000000000000005",
  lastArchivedMs: 2000,
  lastFailed: undefined,
  lastFailedMs: undefined,
  oldestWaitingMs: undefined,
  lost: undefined,
  freeBytes: 10 ** 12,
};
const failed = { lastFailed: "000000010000000000000006", lastFailedMs: 3000 };

test.each([
  ["current", {}],
  ["unused", { lastArchived: undefined, lastArchivedMs: undefined }],
  ["keeps-nothing", { lost: "000000010000000000000004" }],
  ["full", { ...failed, freeBytes: 2 ** 20 }],
  ["failing", failed],
  ["behind", { oldestWaitingMs: 301_000 }],
  // A failure that was retried successfully, and a queue of normal length.
  ["current", { lastFailed: "000000010000000000000004", lastFailedMs: 1000, oldestWaitingMs: 299_000 }],
  // An archive that keeps nothing is the worst, whatever else is wrong.
  ["keeps-nothing", { ...failed, lost: "000000010000000000000004", freeBytes: 0 }],
] as const)("an archive is %s with %p", (kind, changes) => {
  const state = classifyArchive({ ...healthy, ...changes });
  expect(state.kind).toBe(kind);
  expect(describeArchive(state)).not.toBe("");
});

test("a segment that was dropped between two others is lost, and so is the last one that was reported as archived", () => {
  const [third, fourth, fifth] = [3, 4, 5].map((number) => `00000001000000000000000${number}`);
  const present = [third ?? "", fifth ?? ""];
  expect(findLostSegment(present, fifth)).toBe(fourth);
  expect(findLostSegment([third ?? "", fourth ?? ""], fifth)).toBe(fifth);
  expect(findLostSegment([], fifth)).toBe(fifth);
  expect(findLostSegment([third ?? "", fourth ?? "", fifth ?? ""], fifth)).toBeUndefined();
  expect(findLostSegment(present, "00000002.history")).toBeUndefined();
});

test("a missing segment is named, also across the end of a WAL file and a change of timeline", () => {
  const present = ["0000000100000000000000FE", "000000020000000100000000", "000000020000000100000002"];
  const missing = findMissingSegments(present, "0000000100000000000000FE", "000000020000000100000002");
  expect(missing).toEqual(["0000000200000000000000FF", "000000020000000100000001"]);
});

test("segments are recognized by name; labels, histories and temporary files are not segments", () => {
  const sha1 = "c".repeat(40);
  const name = "000000010000000000000005";
  expect(parseArchivedSegment(`a/15-1/0000000100000000/${name}-${sha1}.zst`)).toMatchObject({
    segment: name,
    sha1,
  });
  for (const other of [
    `a/${name}.00000028.backup`,
    "a/00000002.history",
    `a/${name}-${sha1}.zst.pgbackrest.tmp`,
  ])
    expect(parseArchivedSegment(other)).toBeUndefined();
});
