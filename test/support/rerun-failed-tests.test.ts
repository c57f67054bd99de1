import { expect, test } from "@jest/globals";
import { type JestReport, mergeReports, selectFilesToRerun } from "./rerun-failed-tests.ts";

type Verdicts = Readonly<Record<string, "passed" | "failed">>;

const suite = (name: string, verdicts: Verdicts, status?: "failed") => ({
  name,
  status: status ?? (Object.values(verdicts).includes("failed") ? ("failed" as const) : ("passed" as const)),
  assertionResults: Object.entries(verdicts).map(([fullName, verdict]) => ({ fullName, status: verdict })),
});

const report = (...testResults: JestReport["testResults"]): JestReport => ({
  numPassedTests: 0,
  numFailedTests: 0,
  numRuntimeErrorTestSuites: 0,
  testResults,
});

test("a test that passes on the second run passes and is listed", () => {
  const first = report(suite("a", { steady: "passed" }), suite("b", { late: "failed", calm: "passed" }));
  expect(selectFilesToRerun(first)).toEqual(["b"]);
  const merged = mergeReports(first, report(suite("b", { late: "passed", calm: "passed" })));
  expect(merged.onlyThen).toEqual(["late"]);
  expect(merged.report).toMatchObject({ numPassedTests: 3, numFailedTests: 0, numRuntimeErrorTestSuites: 0 });
});

test("a test that fails on the second run fails, whatever its first result", () => {
  const first = report(suite("b", { broken: "failed", shaky: "passed" }));
  const merged = mergeReports(first, report(suite("b", { broken: "failed", shaky: "failed" })));
  expect(merged.onlyThen).toEqual([]);
  expect(merged.report).toMatchObject({ numPassedTests: 0, numFailedTests: 2 });
});

test("a test file that cannot be loaded fails, with or without a second run", () => {
  const first = report(suite("b", {}, "failed"));
  expect(mergeReports(first, first).report.numRuntimeErrorTestSuites).toBe(1);
  expect(mergeReports(first, report()).report.numRuntimeErrorTestSuites).toBe(1);
});

test("too many failed files are not run again", () => {
  const files = ["a", "b", "c", "d", "e"].map((name) => suite(name, { test: "failed" }));
  expect(selectFilesToRerun(report(...files))).toEqual([]);
});
