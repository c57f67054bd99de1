import { expect, test } from "@jest/globals";
import { createGateRecord } from "../../support/gate-record.ts";

const result = (name: string, statuses: readonly string[], status = "passed") => ({
  name: `/repository/${name}`,
  status,
  assertionResults: statuses.map((one) => ({ status: one })),
});

test("the gate's record counts passed, failed and skipped tests per file; a file that does not load failed", () => {
  const reports = [
    { testResults: [result("test/a.test.ts", ["passed", "failed", "pending"], "failed")] },
    { testResults: [result("test/e2e/b.test.ts", [], "failed")] },
  ];
  const record = createGateRecord(
    "a".repeat(40),
    false,
    { passed: 5, failed: 0 },
    reports,
    "/repository",
    new Date(0),
  );
  expect(record).toEqual({
    version: 1,
    commit: "a".repeat(40),
    dirty: false,
    finishedAt: "1970-01-01T00:00:00.000Z",
    check: { passed: 5, failed: 0 },
    suites: [
      { file: "test/a.test.ts", passed: 1, failed: 1, skipped: 1 },
      { file: "test/e2e/b.test.ts", passed: 0, failed: 1, skipped: 0 },
    ],
  });
});
