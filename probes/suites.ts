import type { Check, SuiteName } from "./check.ts";
import { FEATURES } from "./features/index.ts";
import { HEALTH } from "./health/index.ts";
import { SMOKE } from "./smoke/index.ts";
import { VERIFY } from "./verify/index.ts";

/** All checks by suite. */
export const SUITE_CHECKS: Readonly<Record<SuiteName, readonly Check[]>> = {
  verify: VERIFY,
  smoke: SMOKE,
  health: HEALTH,
  features: FEATURES,
};
