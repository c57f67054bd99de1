import { describe, expect, test } from "@jest/globals";
import type { GateRecord } from "../../../checklist/records/gate-record.ts";
import type { LoadReport } from "../../../probes/load/load-report.ts";
import { performanceResults, testSummary } from "../../../release/notes/measured-sections.ts";

const COMMIT = { id: "a".repeat(40), branch: "main", seconds: 0, changes: [] };
const RECORD: GateRecord = {
  version: 1,
  commit: COMMIT.id,
  dirty: false,
  finishedAt: "2026-11-28T06:00:00.000Z",
  check: { passed: 9, failed: 0 },
  suites: [
    { file: "test/a.test.ts", passed: 3, failed: 1, skipped: 0 },
    { file: "test/b.test.ts", passed: 4, failed: 0, skipped: 2 },
  ],
};

describe("the release notes", () => {
  test("contain the results of the gate on the released commit, also the failures", () => {
    expect(testSummary(RECORD, COMMIT)).toEqual({
      body: expect.stringContaining(
        "7 tests passed, 1 failed and 2 were skipped, in 2 files; 9 static checks",
      ),
    });
  });

  test.each([
    ["no gate ran", undefined, /has no record/],
    ["it ran on another commit", { ...RECORD, commit: "b".repeat(40) }, /another state: commit bbbbbbbbbb$/],
    ["it ran on changed files", { ...RECORD, dirty: true }, /with uncommitted changes/],
  ])("omit the test summary if %s", (_name, record, reason) => {
    expect(testSummary(record, COMMIT)).toEqual({ omitted: expect.stringMatching(reason) });
  });

  test("contain what a load test measured, with its findings", () => {
    const report: LoadReport = {
      schema: "spacetime-vr/load",
      version: 1,
      target: { name: "staging", url: "https://staging.example.org" },
      startedAt: "2026-11-28T06:00:00.000Z",
      seconds: 60,
      interrupted: false,
      profile: { name: "steady", seconds: 60, rate: 1, connections: 1, sessions: 0 },
      paths: ["/health"],
      findings: [{ tone: "warn", text: "slow at the start" }],
      verdict: "warn",
    };
    const text = performanceResults(report);
    expect(text).toEqual({
      body: expect.stringMatching(/against staging .*\| verdict \| warn \|\n\n- slow at the start/s),
    });
    expect(performanceResults(undefined)).toEqual({ omitted: expect.stringContaining("no load report") });
  });
});
