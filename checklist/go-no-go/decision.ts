import { type ItemResult, type ItemVerdict, PHASES } from "../evaluation/verdict.ts";
import type { RecordProblem } from "../records/record-files.ts";
import type { Phase } from "../types.ts";
import { isBlocking, isDueBeforeDeployment, isOpen } from "./due.ts";
import { type Risk, riskOf } from "./risk.ts";

/** How much of a phase is proven: stated as counts, never as an estimate. */
export interface Confidence {
  readonly phase: Phase;
  /** Items that passed. Waived items are accepted, not proven. */
  readonly proven: number;
  /** Items that apply to the environment. */
  readonly total: number;
}

/** The decision whether to deploy, and what it is based on. */
export interface Decision {
  readonly decision: "go" | "no-go";
  /** Items that must be closed first, in checklist order. */
  readonly blocking: readonly ItemResult[];
  /** Invalid record files, which also prevent a deployment. */
  readonly recordProblems: readonly RecordProblem[];
  /** The risks that remain if the deployment goes ahead, the heaviest first. */
  readonly risks: readonly Risk[];
  readonly confidence: readonly Confidence[];
}

const isNotGoDecisionItem = ({ item }: ItemResult): boolean => item.id !== "deploy.go-live.decision";

/** Decides from the verdicts. Any blocking item, or a record that cannot be trusted, means no-go. */
export function decide(results: readonly ItemResult[], recordProblems: readonly RecordProblem[]): Decision {
  const due = results.filter(isDueBeforeDeployment).filter(isNotGoDecisionItem);
  const blocking = due.filter(isBlocking);
  const risky = due.filter((result) => isOpen(result) || result.verdict === "waived");
  return {
    // Without any due item that passed, there is nothing to base a go on.
    decision:
      blocking.length === 0 && recordProblems.length === 0 && due.some(({ verdict }) => verdict === "pass")
        ? "go"
        : "no-go",
    blocking,
    recordProblems,
    risks: risky.map(riskOf).sort((a, b) => b.exposure - a.exposure),
    confidence: PHASES.map((phase) => confidenceOf(phase, results)),
  };
}

function confidenceOf(phase: Phase, results: readonly ItemResult[]): Confidence {
  const own = results.filter(({ item }) => item.phase === phase);
  const count = (...verdicts: readonly ItemVerdict[]): number =>
    own.filter(({ verdict }) => verdicts.includes(verdict)).length;
  return { phase, proven: count("pass"), total: own.length - count("not-applicable") };
}
