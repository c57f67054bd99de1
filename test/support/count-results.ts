import { readFileSync } from "node:fs";
import { type JestReport, writeGateRecord } from "./gate-record.ts";

/** Adds up the results of `npm run check` and jest's JSON reports. A missing report counts as one failure. */
interface StepReport extends JestReport {
  readonly passed?: number;
  readonly failed?: number;
  readonly numPassedTests?: number;
  readonly numFailedTests?: number;
  /** Test files that could not be loaded. */
  readonly numRuntimeErrorTestSuites?: number;
  readonly numPendingTests?: number;
}

function readReport(path: string): StepReport {
  try {
    return JSON.parse(readFileSync(path, "utf8")) as StepReport;
  } catch {
    process.stdout.write(`${path} is missing: the step that writes it did not finish\n`);
    return { failed: 1 };
  }
}

const reports = process.argv.slice(2).map(readReport);
const sum = (counts: (report: StepReport) => number): number =>
  reports.reduce((total, report) => total + counts(report), 0);
const passed = sum(({ passed = 0, numPassedTests = 0 }) => passed + numPassedTests);
const failed = sum(
  ({ failed = 0, numFailedTests = 0, numRuntimeErrorTestSuites = 0 }) =>
    failed + numFailedTests + numRuntimeErrorTestSuites,
);
const skipped = sum(({ numPendingTests = 0 }) => numPendingTests);
if (skipped > 0) process.stdout.write(`${skipped} skipped, because a required tool is not installed\n`);
const [checks] = reports;
writeGateRecord({ passed: checks?.passed ?? 0, failed: checks?.failed ?? 1 }, reports.slice(1));
process.stdout.write(`${passed} passed, ${failed} failed\n`);
process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
