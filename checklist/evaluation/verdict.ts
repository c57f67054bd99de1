import type { ChecklistItem, Phase, Priority, Timing } from "../types.ts";

/** The verdicts of an item, in the order in which reports list them. */
export const VERDICTS = ["fail", "unproven", "waived", "pass", "not-applicable"] as const;

/** `unproven`: nothing was checked, so the item neither passed nor failed. */
export type ItemVerdict = (typeof VERDICTS)[number];

/** The result of one check of an item, before waivers. */
export interface Judgement {
  readonly verdict: Exclude<ItemVerdict, "waived">;
  /** One sentence: why it has this verdict. */
  readonly reason: string;
  /** How many things were checked; a pass has at least one. */
  readonly subjects: number;
  /** What was wrong, one problem each. */
  readonly problems?: readonly string[];
  /** What proves it: names of rules, checks, and files of records. */
  readonly proof?: readonly string[];
  /** The value that the item asks to record. */
  readonly recorded?: string;
}

/** The verdict of one item with its reason. */
export interface ItemResult extends Omit<Judgement, "verdict"> {
  readonly item: ChecklistItem;
  readonly timing: Timing;
  /** Whether the item is only reported in this environment. */
  readonly isAdvisory: boolean;
  readonly verdict: ItemVerdict;
  /** The accepted deviation of a waived item. */
  readonly waiver?: { readonly owner: string; readonly reason: string; readonly expires: string };
}

export function passed(subjects: number, reason: string, rest: Partial<Judgement> = {}): Judgement {
  // A pass needs a subject: a check that examined nothing proved nothing.
  return subjects > 0
    ? { ...rest, verdict: "pass", reason, subjects }
    : unproven("There was nothing to check.");
}

export function failed(reason: string, rest: Partial<Judgement> = {}): Judgement {
  return { subjects: 1, ...rest, verdict: "fail", reason };
}

export function unproven(reason: string, rest: Partial<Judgement> = {}): Judgement {
  return { subjects: 0, ...rest, verdict: "unproven", reason };
}

export function notApplicable(reason: string): Judgement {
  return { verdict: "not-applicable", reason, subjects: 0 };
}

/** The number of items per verdict. */
export type VerdictCounts = Readonly<Record<ItemVerdict, number>>;

export function countVerdicts(results: readonly Pick<ItemResult, "verdict">[]): VerdictCounts {
  const count = (verdict: ItemVerdict): number =>
    results.filter((result) => result.verdict === verdict).length;
  return Object.fromEntries(VERDICTS.map((verdict) => [verdict, count(verdict)])) as VerdictCounts;
}

/** The order of phases. */
export const PHASES: readonly Phase[] = [
  "pre-deployment",
  "deployment",
  "post-deployment",
  "follow-up",
  "sign-off",
];

/** The priorities, heaviest first. */
export const PRIORITIES: readonly Priority[] = ["critical", "high", "medium"];
