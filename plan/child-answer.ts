import type { Plan } from "./plan.ts";

/** What became of one environment. */
export type ChildAnswer =
  | { readonly plan: Plan }
  /** Whether the program refused its config, or failed. */
  | { readonly error: { readonly kind: "input" | "failure"; readonly message: string } };

/** What `plan/child.ts` prints, by environment. */
export type ChildAnswers = Readonly<Record<string, ChildAnswer>>;
