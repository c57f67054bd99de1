import type { CheckContext } from "./check-context.ts";

/** The suites of this library, in the order in which a new deployment is asked. */
export const SUITES = ["verify", "smoke", "health", "features"] as const;

/** One of the suites. */
export type SuiteName = (typeof SUITES)[number];

/** What is wrong, and what to do about it. No token may stand in any of it. */
export interface Failure {
  /** A sentence. */
  readonly reason: string;
  readonly expected: string;
  readonly seen: string;
  /** What to do, as a sentence. */
  readonly remedy: string;
}

/** What came of one question. `not-applicable` only where there is nothing that could be asked. */
export type Verdict =
  | { readonly outcome: "pass" }
  | ({ readonly outcome: "fail" } & Failure)
  | { readonly outcome: "not-applicable"; readonly reason: string };

/** Numbers and words that the check measured, by name; units stand in the name. */
export type Measurements = Readonly<Record<string, number | string | boolean>>;

/** What a check found: a verdict for each of its findings. */
export interface CheckResult<Finding extends string = string> {
  readonly findings: Readonly<Record<Finding, Verdict>>;
  readonly measured?: Measurements;
}

/** What earlier checks of the same run came to; only a check with `last` sees it. */
export interface CompletedCheck {
  readonly name: string;
  readonly verdict: Verdict;
  readonly findings: Readonly<Record<string, Verdict>>;
}

/** One question to a running environment. */
export interface Check {
  readonly suite: SuiteName;
  /** Unique in its suite; items of the checklist claim it by `suite/name`. */
  readonly name: string;
  /** What holds when it passes, as a sentence. */
  readonly title: string;
  readonly group?: string;
  /** The parts of its verdict, which items of the checklist claim one by one. */
  readonly findings: readonly string[];
  /** Asked after all others, with what came of them. */
  readonly last?: true;
  readonly run: (context: CheckContext, earlier: readonly CompletedCheck[]) => Promise<CheckResult>;
}

/** A check whose answer has exactly the findings that it declares. */
export function defineCheck<const Finding extends string>(
  definition: Omit<Check, "findings" | "run"> & {
    readonly findings: readonly Finding[];
    readonly run: (
      context: CheckContext,
      earlier: readonly CompletedCheck[],
    ) => Promise<CheckResult<Finding>>;
  },
): Check {
  return definition;
}

export const PASS: Verdict = { outcome: "pass" };

export function fail(fault: Failure): Verdict {
  return { outcome: "fail", ...fault };
}

export function notApplicable(reason: string): Verdict {
  return { outcome: "not-applicable", reason };
}

/** Passes when the condition holds. */
export function passIf(holds: boolean, fault: Failure): Verdict {
  return holds ? PASS : fail(fault);
}

/** The verdict of a check: its first failure, else a pass if anything could be asked. */
export function overallVerdict(findings: Readonly<Record<string, Verdict>>): Verdict {
  const verdicts = Object.values(findings);
  return (
    verdicts.find(({ outcome }) => outcome === "fail") ??
    verdicts.find(({ outcome }) => outcome === "pass") ??
    verdicts[0] ??
    notApplicable("it has no finding")
  );
}

/** The same verdict for every finding. */
export function sameVerdictForAll(
  findings: readonly string[],
  verdict: Verdict,
): Readonly<Record<string, Verdict>> {
  return Object.fromEntries(findings.map((finding) => [finding, verdict]));
}
