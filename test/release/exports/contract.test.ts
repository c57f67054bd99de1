import { expect, test } from "@jest/globals";
import type { SuiteReport } from "../../../probes/report/suite-report.ts";
import { SUITE_CHECKS } from "../../../probes/suites.ts";
import { assessContract } from "../../../release/exports/try/contract.ts";

const FAILURE = { outcome: "fail", reason: "no", expected: "yes", seen: "404", remedy: "Fix it." } as const;

/** A verification in which the given findings failed. */
function report(failed: readonly string[]): SuiteReport {
  const checks = SUITE_CHECKS.verify.map(({ name, title, findings }) => ({
    id: `verify/${name}`,
    name,
    title,
    verdict: { outcome: "pass" } as const,
    findings: Object.fromEntries(
      findings.map((finding) => [
        finding,
        failed.includes(`${name}/${finding}`) ? FAILURE : { outcome: "pass" as const },
      ]),
    ),
    measured: {},
    durationMs: 1,
  }));
  return { checks } as unknown as SuiteReport;
}

test("a server built to the seeds alone passes their contract, and learns what it lacks", () => {
  const missing = ["api-status/shape", "authentication/player-refused", "scene-loaded/loaded"];
  const seeds = assessContract(report([...missing, "automated-validation/exit-status"]), "seeds");
  expect(seeds.failed).toEqual([]);
  expect(seeds.lacking.map(({ finding }) => finding)).toEqual(expect.arrayContaining(missing));
  expect(seeds.lacking.every(({ remedy }) => remedy.startsWith("It needs "))).toBe(true);
  const full = assessContract(report(missing), "full");
  expect(full.failed.map(({ finding }) => finding).sort()).toEqual([...missing].sort());
});

test("what the seeds require fails with either contract", () => {
  const required = [
    "api-health/status-200",
    "authentication/without-token",
    "scene-whitelist/unlisted",
    "rate-limiting/over-limit",
  ];
  for (const contract of ["seeds", "full"] as const) {
    const { failed } = assessContract(report(required), contract);
    expect(failed.map(({ finding }) => finding).sort()).toEqual([...required].sort());
  }
});
