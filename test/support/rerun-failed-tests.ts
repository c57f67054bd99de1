import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";

/**
 * `node test/support/rerun-failed-tests.ts <report.json> [jest arguments]` runs the failed test files of a jest report again, one after
 * the other, and writes the second result into the report. Many tests wait for real servers and can time out on a busy machine. A test
 * that fails twice has failed; a test that passes only on the second run is listed as flaky. If too many files failed, nothing runs again.
 */
export interface JestReport {
  numPassedTests: number;
  numFailedTests: number;
  numRuntimeErrorTestSuites: number;
  testResults: TestSuite[];
}

interface TestSuite {
  readonly name: string;
  readonly status: "passed" | "failed" | "skipped";
  readonly assertionResults: readonly { readonly fullName: string; readonly status: string }[];
}

/** More failed files than this indicate a broken change, not a busy machine. */
const MAX_RERUN_FILES = 4;

/** The files to run again; none when nothing or too much failed. */
export function selectFilesToRerun(report: JestReport): string[] {
  const failed = report.testResults.filter(({ status }) => status === "failed").map(({ name }) => name);
  return failed.length > MAX_RERUN_FILES ? [] : failed;
}

const countTests = (suites: readonly TestSuite[], status: string): number =>
  suites.reduce(
    (total, { assertionResults }) =>
      total + assertionResults.filter((result) => result.status === status).length,
    0,
  );

/** Merges the second results into the first report and lists the tests that passed only on the second run. */
export function mergeReports(
  first: JestReport,
  second: JestReport,
): { report: JestReport; onlyThen: string[] } {
  const again = new Map(second.testResults.map((suite) => [suite.name, suite]));
  const testResults = first.testResults.map((suite) => again.get(suite.name) ?? suite);
  const failedFirst = first.testResults.flatMap(({ name, assertionResults }) =>
    assertionResults.filter(({ status }) => status === "failed").map((result) => ({ name, ...result })),
  );
  const onlyThen = failedFirst
    .filter(({ name, fullName }) =>
      again.get(name)?.assertionResults.some((r) => r.fullName === fullName && r.status === "passed"),
    )
    .map(({ fullName }) => fullName);
  const broken = testResults.filter(
    ({ status, assertionResults }) =>
      status === "failed" && !assertionResults.some((result) => result.status === "failed"),
  );
  const report = {
    ...first,
    numPassedTests: countTests(testResults, "passed"),
    numFailedTests: countTests(testResults, "failed"),
    numRuntimeErrorTestSuites: broken.length,
    testResults,
  };
  return { report, onlyThen };
}

function main([path, ...args]: readonly string[]): void {
  if (path === undefined || !existsSync(path)) return;
  const first: JestReport = JSON.parse(readFileSync(path, "utf8"));
  const files = selectFilesToRerun(first);
  if (files.length === 0) return;
  process.stdout.write(`running failed test files again:\n${files.map((file) => `  ${file}\n`).join("")}`);
  const jest = ["node_modules/jest/bin/jest.js", ...args, "--ci", "--silent", "--runInBand"];
  const to = `${path}.again`;
  const json = ["--json", "--outputFile", to, "--runTestsByPath", ...files];
  spawnSync(process.execPath, [...jest, ...json], { stdio: ["ignore", "ignore", "inherit"] });
  if (!existsSync(to)) return;
  const { report, onlyThen } = mergeReports(first, JSON.parse(readFileSync(to, "utf8")) as JestReport);
  for (const name of onlyThen) process.stdout.write(`flaky, passed only on the second run: ${name}\n`);
  writeFileSync(path, JSON.stringify(report));
}

if (process.argv[1]?.endsWith("rerun-failed-tests.ts")) main(process.argv.slice(2));
