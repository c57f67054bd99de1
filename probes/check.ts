import type { CheckContext } from "./check-context.ts";

/** The suites, in the order in which a new deployment is verified. */
export const SUITES = ["verify", "smoke", "health", "features", "security"] as const;

/** Name of a suite. */
export type SuiteName = (typeof SUITES)[number];

/** The suites that the checklist runs with --live: in addition, those of the platform, the history and the trends. */
export const LIVE_SUITES = [...SUITES, "preflight", "history", "trend"] as const;

/** All suites: in addition, the report of a load test, which only `load` writes. */
export const ALL_SUITES = [...LIVE_SUITES, "load"] as const;

/** Name of any suite. */
export type AnySuiteName = (typeof ALL_SUITES)[number];

/** Why a check failed and how to fix it. The texts must not contain tokens. */
export interface Failure {
  /** What is wrong, as a sentence. */
  readonly reason: string;
  readonly expected: string;
  readonly seen: string;
  /** How to fix it, as a sentence. */
  readonly remedy: string;
}

/** Result of one finding; `not-applicable` only if there is no source for it. */
export type Verdict =
  | { readonly outcome: "pass" }
  | ({ readonly outcome: "fail" } & Failure)
  | { readonly outcome: "not-applicable"; readonly reason: string };

/** Measured values by name; the name ends with the unit. */
export type Measurements = Readonly<Record<string, number | string | boolean>>;

/** Result of a check: a verdict for each finding. */
export interface CheckResult<Finding extends string = string> {
  readonly findings: Readonly<Record<Finding, Verdict>>;
  readonly measured?: Measurements;
}

/** A check of a running environment. */
export interface Check {
  readonly suite: AnySuiteName;
  /** Unique in its suite; checklist items refer to it as `suite/name`. */
  readonly name: string;
  /** The condition under which it passes, as a sentence. */
  readonly title: string;
  readonly group?: string;
  /** The parts of its verdict, to which checklist items refer individually. */
  readonly findings: readonly string[];
  readonly run: (context: CheckContext) => Promise<CheckResult>;
}

/** Defines a check whose result type has exactly the declared findings. */
export function defineCheck<const Finding extends string>(
  definition: Omit<Check, "findings" | "run"> & {
    readonly findings: readonly Finding[];
    readonly run: (context: CheckContext) => Promise<CheckResult<Finding>>;
  },
): Check {
  return definition;
}

export const PASS: Verdict = { outcome: "pass" };

export function fail(failure: Failure): Verdict {
  return { outcome: "fail", ...failure };
}

export function notApplicable(reason: string): Verdict {
  return { outcome: "not-applicable", reason };
}

/** Passes if the condition is true, otherwise fails. */
export function passIf(condition: boolean, failure: Failure): Verdict {
  return condition ? PASS : fail(failure);
}

/** Derives the verdict of a check: its first failure, otherwise a pass if any finding passed. */
export function overallVerdict(findings: Readonly<Record<string, Verdict>>): Verdict {
  const verdicts = Object.values(findings);
  return (
    verdicts.find(({ outcome }) => outcome === "fail") ??
    verdicts.find(({ outcome }) => outcome === "pass") ??
    verdicts[0] ??
    notApplicable("the check has no findings")
  );
}

/** Assigns the same verdict to every finding. */
export function sameVerdictForAll(
  findings: readonly string[],
  verdict: Verdict,
): Readonly<Record<string, Verdict>> {
  return Object.fromEntries(findings.map((finding) => [finding, verdict]));
}
