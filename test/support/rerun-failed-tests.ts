import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";

/**
 * `node test/support/rerun-failed-tests.ts <report.json> [jest arguments]`: after a run of jest that wrote this report, runs the files that failed
 * once more, alone and one after the other, and writes the second verdict into the report. Many tests wait for real servers; on a
 * machine that stands still for a while one of them may be late. What fails twice has failed; what passed only the second
 * time is named, because it is a test to mend. Many failed files are no accident and are not run again.
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

/** More failed files than this are a fault of the change, not of the machine. */
const MAX_RERUN_FILES = 4;

/** The files to run once more; none where nothing failed, or too much. */
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

/** The first report with the second verdict on the files that ran again, and the tests that passed only then. */
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
  process.stdout.write(`running once more, alone:\n${files.map((file) => `  ${file}\n`).join("")}`);
  const jest = ["node_modules/jest/bin/jest.js", ...args, "--ci", "--silent", "--runInBand"];
  const to = `${path}.again`;
  const json = ["--json", "--outputFile", to, "--runTestsByPath", ...files];
  spawnSync(process.execPath, [...jest, ...json], { stdio: ["ignore", "ignore", "inherit"] });
  if (!existsSync(to)) return;
  const { report, onlyThen } = mergeReports(first, JSON.parse(readFileSync(to, "utf8")) as JestReport);
  for (const name of onlyThen) process.stdout.write(`passed only when run again, to be mended: ${name}\n`);
  writeFileSync(path, JSON.stringify(report));
}

if (process.argv[1]?.endsWith("rerun-failed-tests.ts")) main(process.argv.slice(2));
