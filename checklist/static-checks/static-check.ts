import type { StaticCheckName } from "../check-names.ts";
import type { StaticFacts } from "../evaluation/facts.ts";
import type { ItemResult } from "../evaluation/verdict.ts";

/** The result of a static check. */
export type StaticOutcome =
  | {
      readonly kind: "checked";
      /** How many things were checked; with none, the item is unproven. */
      readonly subjects: number;
      readonly problems: readonly string[];
      /** The value that the item asks to record. */
      readonly recorded?: string;
    }
  /** The fact that the check reads could not be determined. */
  | { readonly kind: "missing"; readonly reason: string };

/** A check that needs no running environment. */
export interface StaticCheck {
  readonly name: StaticCheckName;
  /** The part of the check that an item refers to; undefined for the whole check. */
  readonly finding?: string;
  readonly run: (facts: StaticFacts, earlier: readonly ItemResult[]) => StaticOutcome;
  /** Whether it reads the verdicts of other items, and so runs after them. */
  readonly readsVerdicts?: true;
}

export function checked(subjects: number, problems: readonly string[], recorded?: string): StaticOutcome {
  return { kind: "checked", subjects, problems, ...(recorded === undefined ? {} : { recorded }) };
}

export function missing(reason: string): StaticOutcome {
  return { kind: "missing", reason };
}
