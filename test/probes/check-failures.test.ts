import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { compareWithDeclaredChecks } from "../../checklist/check-coverage.ts";
import { probeNamesBySuite } from "../../checklist/check-names.ts";
import { items } from "../../checklist/items/index.ts";
import { SUITES, type SuiteName } from "../../probes/check.ts";
import { CONTRACT_METRICS } from "../../probes/contract-metrics.ts";
import { runSuite } from "../../probes/run-suite.ts";
import { SUITE_CHECKS } from "../../probes/suites.ts";
import { METRICS } from "../../reference-server/contract/metrics.ts";
import { FAILING_CASES } from "./failing-cases.ts";
import {
  type ContextOverride,
  combineOverrides,
  inHealthyCluster,
  shortenPauses,
} from "./support/context-overrides.ts";
import { openTestContext, startTestDeployment, type TestDeployment } from "./support/test-deployment.ts";

let testDeployment: TestDeployment;

beforeAll(async () => {
  testDeployment = await startTestDeployment();
});
afterAll(() => testDeployment.stop());

/** Runs some checks of a suite, optionally with overrides. */
function runChecks(suite: SuiteName, names: readonly string[], tamper: ContextOverride = () => ({})) {
  const { context, close } = openTestContext(testDeployment.target);
  const tampered = { ...context, ...tamper(context) };
  const checks = SUITE_CHECKS[suite].filter(({ name }) => names.includes(name));
  return runSuite(suite, tampered.target, { checks, open: () => ({ context: tampered, close }) });
}

describe("every finding of every check can fail", () => {
  test.each(FAILING_CASES.map((one) => [`${one.check}: ${one.finding}, when ${one.when}`, one] as const))(
    "%s",
    async (_title, { check, finding, override }) => {
      const [suite, name] = check.split("/") as [SuiteName, string];
      const report = await runChecks(suite, [name], combineOverrides(shortenPauses, override));
      expect(report.checks[0]?.findings[finding]).toMatchObject({ outcome: "fail" });
      expect([report.checks[0]?.verdict.outcome, report.verdict]).toEqual(["fail", "failed"]);
    },
  );

  test.each([
    [0, "successful"],
    [1, "partial"],
    [2, "partial"],
    [3, "failed"],
  ])("with %s failed checks the deployment is %s", async (failures, verdict) => {
    const checks = ["verify/api-health", "verify/scene-whitelist", "verify/automated-validation"];
    const overrides = checks
      .slice(0, failures)
      .map((name) => FAILING_CASES.findLast(({ check }) => check === name)?.override ?? (() => ({})));
    const all = SUITE_CHECKS.verify.map(({ name }) => name);
    const report = await runChecks("verify", all, combineOverrides(shortenPauses, ...overrides));
    expect(report).toMatchObject({ verdict, passed: 10 - failures, failed: failures, notApplicable: 0 });
  });

  const seen = FAILING_CASES.map(({ check, finding }) => `${check}: ${finding}`);
  test.each(SUITES.flatMap((suite) => [...SUITE_CHECKS[suite]]))(
    "$suite/$name has a failing case for each of its findings",
    ({ suite, name, findings }) => {
      expect(seen).toEqual(expect.arrayContaining(findings.map((finding) => `${suite}/${name}: ${finding}`)));
    },
  );
});

describe("the checks match the checklist", () => {
  test.each(SUITES)("%s has the checks that the checklist names", (suite) => {
    const names = SUITE_CHECKS[suite].map(({ name }) => name);
    expect(names.toSorted()).toEqual([...probeNamesBySuite[suite]].toSorted());
    expect(SUITE_CHECKS[suite].every((check) => check.suite === suite)).toBe(true);
  });

  test("the checked metrics are those of the server contract", () => {
    expect(CONTRACT_METRICS).toEqual(Object.fromEntries(METRICS.map(({ name, type }) => [name, type])));
  });
});

test("in a healthy cluster every health check runs and none fails", async () => {
  const names = SUITE_CHECKS.health.map(({ name }) => name);
  const report = await runChecks("health", names, inHealthyCluster);
  const failures = report.checks.flatMap(({ name, findings }) =>
    Object.entries(findings).flatMap(([finding, verdict]) =>
      verdict.outcome === "fail" ? [{ name, finding, ...verdict }] : [],
    ),
  );
  expect(failures).toEqual([]);
  const open = report.checks.filter(({ verdict }) => verdict.outcome === "not-applicable");
  // The test server runs on this machine, which can reach all of its own ports.
  expect(open.map(({ name }) => name)).toEqual(["network-isolation"]);
});

test("every finding that the checklist names exists in its check", () => {
  const declared = SUITES.flatMap((suite) =>
    SUITE_CHECKS[suite].map(({ name, findings }) => ({
      kind: "check" as const,
      name: `${suite}/${name}`,
      findings,
    })),
  );
  const live = items.filter(
    (item) => item.method === "live" && /^(verify|smoke|health|features|security)\//.test(item.check.probe),
  );
  expect(compareWithDeclaredChecks(live, declared).unmet).toEqual([]);
});
