import { CHECKLIST_CHECKS } from "./checklist-checks.ts";
import { CONFIG_CHECKS } from "./config-checks.ts";
import { evidenceCheck } from "./evidence-check.ts";
import { GATE_CHECKS } from "./gate-checks.ts";
import { RELEASE_CHECKS } from "./release-checks.ts";
import { REPOSITORY_CHECKS } from "./repository-checks.ts";
import { SCAN_CHECKS } from "./scan-checks.ts";
import type { StaticCheck } from "./static-check.ts";

/** Every static check other than the policy rules. */
export const STATIC_CHECKS: readonly StaticCheck[] = [
  ...CONFIG_CHECKS,
  ...REPOSITORY_CHECKS,
  ...GATE_CHECKS,
  ...RELEASE_CHECKS,
  ...SCAN_CHECKS,
  ...CHECKLIST_CHECKS,
  evidenceCheck,
];
