import type { ItemResult } from "../evaluation/verdict.ts";
import type { Timing } from "../types.ts";

/** The times of the items that are due before the deployment starts. */
const BEFORE_DEPLOYMENT: readonly Timing[] = ["before", "day-before", "two-hours-before"];

/** Whether an item is due before the deployment starts. */
export function isDueBeforeDeployment({ timing }: Pick<ItemResult, "timing">): boolean {
  return BEFORE_DEPLOYMENT.includes(timing);
}

/** Whether an item is neither passed, waived nor out of scope. */
export function isOpen({ verdict }: Pick<ItemResult, "verdict">): boolean {
  return verdict === "fail" || verdict === "unproven";
}

/**
 * Whether an item prevents a deployment: a critical item must be closed; a high one must not have failed, but may be
 * unproven, which is a risk.
 */
export function isBlocking(result: ItemResult): boolean {
  if (!isDueBeforeDeployment(result) || !isOpen(result) || result.isAdvisory) return false;
  const { priority } = result.item;
  return priority === "critical" || (priority === "high" && result.verdict === "fail");
}
