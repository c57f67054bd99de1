import type { Plan } from "../plan.ts";

/** What became of one environment. */
export type PlanWorkerResult =
  | { readonly plan: Plan }
  /** Whether the program refused its config, or failed. */
  | { readonly error: { readonly kind: "input" | "failure"; readonly message: string } };

/** What `plan/git/plan-worker.ts` prints, by environment. */
export type PlanWorkerResults = Readonly<Record<string, PlanWorkerResult>>;
