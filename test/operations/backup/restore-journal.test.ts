import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import {
  RESTORED_PARTS,
  type RestoreJournal,
  rejectInterruptedRestore,
  restorePaths,
  swapParts,
  writeRestoreJournal,
} from "../../../operations/backup/restore-journal.ts";

let into = "";
beforeEach(() => {
  into = mkdtempSync(join(tmpdir(), "spacetime-vr-journal-"));
});
afterEach(() => rmSync(into, { recursive: true, force: true }));

const journal: RestoreJournal = {
  version: 1,
  target: "latest",
  backup: "20261128-020226F",
  phase: "recovered",
  replaced: "replaced-2026",
};

function createPart(directory: string, content: string): void {
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, "content"), content);
}

const readPart = (name: string): string => readFileSync(join(into, name, "content"), "utf8");

test("an interruption between any two parts is continued, and the deployment does not start before that", () => {
  for (let moved = 0; moved <= RESTORED_PARTS.length; moved += 1) {
    rmSync(into, { recursive: true, force: true });
    for (const [index, name] of RESTORED_PARTS.entries()) {
      // The parts before the interruption are in place; the others are still staged.
      const isMoved = index < moved;
      createPart(join(into, name), isMoved ? "restored" : "live");
      createPart(
        isMoved ? join(into, journal.replaced, name) : restorePaths(into).part(name),
        isMoved ? "live" : "restored",
      );
    }
    writeRestoreJournal(into, { ...journal, phase: "swapping" });
    expect(() => rejectInterruptedRestore(into)).toThrow(
      /interrupted while it replaced the data.*--point latest/,
    );
    swapParts(into, journal);
    expect(RESTORED_PARTS.map(readPart)).toEqual(RESTORED_PARTS.map(() => "restored"));
    expect(readFileSync(join(into, journal.replaced, "postgres", "content"), "utf8")).toBe("live");
    expect(existsSync(restorePaths(into).staging)).toBe(false);
    expect(() => rejectInterruptedRestore(into)).not.toThrow();
  }
});

test("an interruption between moving the live part away and the restored one into place is continued", () => {
  createPart(join(into, journal.replaced, "postgres"), "live");
  createPart(restorePaths(into).part("postgres"), "restored");
  swapParts(into, { ...journal, phase: "swapping" });
  expect(readPart("postgres")).toBe("restored");
});

test("a part that was created in the meantime is not overwritten", () => {
  createPart(join(into, journal.replaced, "postgres"), "live");
  createPart(join(into, "postgres"), "new players");
  createPart(restorePaths(into).part("postgres"), "restored");
  expect(() => swapParts(into, { ...journal, phase: "swapping" })).toThrow(/was created while a restore/);
  expect(readPart("postgres")).toBe("new players");
});
