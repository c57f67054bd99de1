import type { ItemResult } from "../evaluation/verdict.ts";
import { isBlocking, isDueBeforeDeployment, isOpen } from "../go-no-go/due.ts";
import { checked, missing, type StaticCheck, type StaticOutcome } from "./static-check.ts";

/** Items about the checklist itself depend on each other's verdicts, so none of them counts for another. */
function otherItems(results: readonly ItemResult[]): readonly ItemResult[] {
  return results.filter(
    ({ item: { method, check } }) =>
      !(method === "static" && "check" in check && check.check.startsWith("checklist/")),
  );
}

/** Fails if an item failed; if items are only unproven, nothing is known to be wrong yet. */
function judgeOpenItems(
  due: readonly ItemResult[],
  isOpenItem: (result: ItemResult) => boolean,
  recorded: string,
): StaticOutcome {
  const open = due.filter(isOpenItem);
  const failures = open.filter(({ verdict }) => verdict === "fail");
  const others = open.length - failures.length;
  if (failures.length === 0 && others > 0)
    return missing(`${others} of ${due.length} items are unproven, such as ${open[0]?.item.id}.`);
  return checked(
    due.length,
    failures.map(({ item, reason }) => `${item.id} failed: ${reason}`),
    recorded,
  );
}

/** Checks of the verdicts of the other items. */
export const CHECKLIST_CHECKS: readonly StaticCheck[] = [
  {
    name: "checklist/pre-deployment-closed",
    readsVerdicts: true,
    run: (_, earlier) => {
      const due = otherItems(earlier).filter(({ item }) => item.phase === "pre-deployment");
      return judgeOpenItems(due, isOpen, `${due.length} items`);
    },
  },
  {
    name: "checklist/no-blocker",
    readsVerdicts: true,
    run: (_, earlier) => {
      const due = otherItems(earlier).filter(
        (one) => isDueBeforeDeployment(one) && one.item.priority === "critical",
      );
      return judgeOpenItems(due, isOpen, `${due.length} critical items`);
    },
  },
  {
    name: "checklist/go-decision",
    readsVerdicts: true,
    run: (_, earlier) => {
      const due = otherItems(earlier).filter(isDueBeforeDeployment);
      return judgeOpenItems(due, isBlocking, "Go");
    },
  },
];
