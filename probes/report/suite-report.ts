import { z } from "zod";
import { ALL_SUITES } from "../check.ts";

const verdictSchema = z.discriminatedUnion("outcome", [
  z.strictObject({ outcome: z.literal("pass") }),
  z.strictObject({
    outcome: z.literal("fail"),
    reason: z.string(),
    expected: z.string(),
    seen: z.string(),
    remedy: z.string(),
  }),
  z.strictObject({ outcome: z.literal("not-applicable"), reason: z.string() }),
]);

const checkReportSchema = z.strictObject({
  /** `suite/name`. */
  id: z.string(),
  name: z.string(),
  title: z.string(),
  group: z.string().optional(),
  verdict: verdictSchema,
  findings: z.record(z.string(), verdictSchema),
  measured: z.record(z.string(), z.union([z.number(), z.string(), z.boolean()])),
  durationMs: z.int().nonnegative(),
});

/** Report of a suite run. It contains no tokens. */
export const suiteReportSchema = z.strictObject({
  version: z.literal(1),
  suite: z.enum(ALL_SUITES),
  /** The target argument: an environment or a URL. */
  target: z.string(),
  url: z.string(),
  environment: z.enum(["local", "staging", "production", "package"]).optional(),
  started: z.iso.datetime(),
  durationMs: z.int().nonnegative(),
  /** `partial` only for `verify`: eight or nine of its ten checks passed. */
  verdict: z.enum(["successful", "partial", "failed"]),
  passed: z.int().nonnegative(),
  failed: z.int().nonnegative(),
  notApplicable: z.int().nonnegative(),
  checks: z.array(checkReportSchema),
});

/** The counts of a run in one line: `25 of 34 passed, 9 not applicable`. */
export function formatCounts({ passed, failed, notApplicable }: SuiteReport): string {
  const total = passed + failed + notApplicable;
  return `${passed} of ${total} passed${notApplicable === 0 ? "" : `, ${notApplicable} not applicable`}`;
}

export type SuiteReport = z.infer<typeof suiteReportSchema>;
export type CheckReport = z.infer<typeof checkReportSchema>;

/** The ten checks of `verify`, and the minimum for the verdict `partial` instead of `failed` (seed 003, lines 238 and 239). */
const VERIFY_CHECK_COUNT = 10;
const MIN_PASSED_FOR_PARTIAL = 8;

/**
 * Counts the outcomes of a run and derives its verdict. In `verify` every check must pass; in the other suites, a check may
 * be not applicable to the environment.
 */
export function summarizeChecks(
  suite: SuiteReport["suite"],
  checks: readonly CheckReport[],
): Pick<SuiteReport, "verdict" | "passed" | "failed" | "notApplicable"> {
  const count = (outcome: CheckReport["verdict"]["outcome"]): number =>
    checks.filter((check) => check.verdict.outcome === outcome).length;
  const failed = count("fail");
  const passed = count("pass");
  const isVerify = suite === "verify";
  const isSuccessful = isVerify ? passed === VERIFY_CHECK_COUNT : failed === 0 && passed > 0;
  const isPartial = isVerify && passed >= MIN_PASSED_FOR_PARTIAL;
  const verdict = isSuccessful ? "successful" : isPartial ? "partial" : "failed";
  return { verdict, passed, failed, notApplicable: count("not-applicable") };
}
