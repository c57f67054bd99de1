import type { GateRecord } from "../records/gate-record.ts";
import { checked, missing, type StaticCheck, type StaticOutcome } from "./static-check.ts";

/** Defines a check that reads the results of the gate on the current commit. */
function gateCheck(
  name: StaticCheck["name"],
  finding: string | undefined,
  run: (gate: GateRecord) => StaticOutcome,
): StaticCheck {
  return {
    name,
    ...(finding === undefined ? {} : { finding }),
    run: ({ gate, repository }) => {
      if (gate === undefined) return missing("The gate (.ci/run) has not recorded a run.");
      if (repository?.commit !== gate.commit || repository.changed.length > 0 || gate.dirty)
        return missing("The last run of the gate was not on this commit.");
      return run(gate);
    },
  };
}

/** Judges the test files whose path matches: they must exist, pass and skip nothing. */
function judgeSuites({ suites }: GateRecord, pattern: RegExp): StaticOutcome {
  const found = suites.filter(({ file }) => pattern.test(file));
  const passedTests = found.reduce((sum, { passed }) => sum + passed, 0);
  const problems = found.flatMap(({ file, failed, skipped, passed }) => [
    ...(failed > 0 ? [`${file}: ${failed} tests failed.`] : []),
    ...(skipped > 0 ? [`${file}: ${skipped} tests were skipped.`] : []),
    ...(passed + failed + skipped === 0 ? [`${file} has no test.`] : []),
  ]);
  return checked(passedTests, problems, `${passedTests} tests passed in ${found.length} files`);
}

const testCheck = (name: StaticCheck["name"], pattern: RegExp): StaticCheck =>
  gateCheck(name, undefined, (gate) => judgeSuites(gate, pattern));

/** Checks of the gate's results. */
export const GATE_CHECKS: readonly StaticCheck[] = [
  gateCheck("repository/tests", undefined, ({ suites }) => {
    const failed = suites.filter((one) => one.failed > 0);
    const total = suites.reduce((sum, { passed }) => sum + passed, 0);
    return checked(
      total,
      failed.map(({ file, failed: count }) => `${file}: ${count} tests failed.`),
      `${total} tests passed`,
    );
  }),
  gateCheck("repository/tests", "none-skipped", ({ suites }) => {
    const skipped = suites.filter((one) => one.skipped > 0);
    const total = suites.reduce((sum, { passed }) => sum + passed, 0);
    return checked(
      total,
      skipped.map(({ file, skipped: count }) => `${file}: ${count} tests were skipped.`),
    );
  }),
  gateCheck("repository/check", undefined, ({ check }) =>
    checked(
      check.passed,
      check.failed > 0 ? [`${check.failed} of ${check.passed + check.failed} checks failed.`] : [],
      `${check.passed} checks passed`,
    ),
  ),
  testCheck("repository/e2e", /^test\/e2e\//),
  testCheck("repository/alert-tests", /^test\/monitoring\/rules\//),
  testCheck("repository/route-tests", /^test\/monitoring\/(routes|alertmanager)\.test\.ts$/),
  testCheck("repository/panel-metrics", /^test\/monitoring\/dashboards\/metric-coverage\.test\.ts$/),
];
