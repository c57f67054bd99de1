import type { AnySuiteName, Check } from "./check.ts";
import { FEATURES } from "./features/index.ts";
import { HEALTH } from "./health/index.ts";
import { HISTORY } from "./history/index.ts";
import { LOAD } from "./load/load-check.ts";
import { PREFLIGHT } from "./preflight/index.ts";
import { SECURITY } from "./security/index.ts";
import { SMOKE } from "./smoke/index.ts";
import { TREND } from "./trend/index.ts";
import { VERIFY } from "./verify/index.ts";

/** All checks by suite. */
export const SUITE_CHECKS: Readonly<Record<AnySuiteName, readonly Check[]>> = {
  verify: VERIFY,
  smoke: SMOKE,
  health: HEALTH,
  features: FEATURES,
  preflight: PREFLIGHT,
  history: HISTORY,
  trend: TREND,
  security: SECURITY,
  load: LOAD,
};
