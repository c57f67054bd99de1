import type { ItemResult } from "../evaluation/verdict.ts";
import type { ChecklistItem, Priority } from "../types.ts";

const LEVELS = ["low", "medium", "high"] as const;

type Level = (typeof LEVELS)[number];

/** What an open or waived item means for the deployment. */
export interface Risk {
  readonly item: string;
  readonly title: string;
  readonly verdict: ItemResult["verdict"];
  /** From the verdict: a failed check is known to be wrong; an unproven one may be. */
  readonly likelihood: Level;
  /** From the item's priority. */
  readonly impact: Level;
  /** Likelihood times impact, 1 to 9. */
  readonly exposure: number;
  /** What closes the item. */
  readonly mitigation: string;
  /** What to do if the risk occurs. */
  readonly recovery: string;
  readonly owner: string;
}

const IMPACT: Readonly<Record<Priority, Level>> = { critical: "high", high: "medium", medium: "low" };

/** The risk of one item. */
export function riskOf(result: ItemResult): Risk {
  const { item, verdict } = result;
  const likelihood = verdict === "fail" ? "high" : verdict === "unproven" ? "medium" : "low";
  const impact = IMPACT[item.priority];
  return {
    item: item.id,
    title: item.title,
    verdict,
    likelihood,
    impact,
    exposure: (LEVELS.indexOf(likelihood) + 1) * (LEVELS.indexOf(impact) + 1),
    mitigation: mitigationOf(result),
    recovery: recoveryOf(item),
    owner: result.waiver?.owner ?? item.owner,
  };
}

/** What closes an item. */
function mitigationOf({ item, waiver }: ItemResult): string {
  if (waiver !== undefined) return `Accepted until ${waiver.expires}: ${waiver.reason}`;
  return item.remediation;
}

/** What to do if the risk occurs: the first entry that matches an item's section. */
const RECOVERY: readonly (readonly [section: RegExp, recovery: string])[] = [
  [
    /^(pre\.database|deploy\.database-migration)/,
    "Restore the database to the restore point before the deployment (docs/data.md).",
  ],
  [
    /^(pre\.redis|post\.cache)/,
    "Restart Redis from its append-only file; sessions reconnect (docs/data.md).",
  ],
  [
    /^pre\.(critical\.tls|security)|^post\.security/,
    "Withdraw the release with `rollback` and rotate the affected credentials (docs/rollback.md).",
  ],
  [
    /^pre\.critical\.secrets/,
    "Rotate the affected secrets by raising their versions (docs/configuration.md).",
  ],
  [
    /^pre\.(high\.)?monitoring|^post\.monitoring/,
    "Watch the environment with `health` every five minutes until monitoring works (docs/verification.md).",
  ],
  [
    /^pre\.backup|^deploy\.day-before\.backups/,
    "Take a backup by hand before anything else changes (docs/data.md).",
  ],
];

const DEFAULT_RECOVERY = "Roll back to the last verified update: `rollback` (docs/rollback.md).";

function recoveryOf({ section }: ChecklistItem): string {
  return RECOVERY.find(([pattern]) => pattern.test(section))?.[1] ?? DEFAULT_RECOVERY;
}
