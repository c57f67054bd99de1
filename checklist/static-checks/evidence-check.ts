import { isDueBeforeDeployment } from "../go-no-go/due.ts";
import { checked, missing, type StaticCheck } from "./static-check.ts";

/** Whether signed evidence for this release closes every item that is due before the deployment. */
export const evidenceCheck: StaticCheck = {
  name: "checklist/evidence",
  readsVerdicts: true,
  run: ({ evidence }, earlier) => {
    const latest = evidence.at(-1);
    if (latest === undefined) return missing("No evidence has been written for this environment.");
    const closed = new Set(latest.closed);
    const due = earlier.filter(
      (one) =>
        isDueBeforeDeployment(one) && one.verdict !== "not-applicable" && one.item.priority === "critical",
    );
    const open = due
      .filter(({ item }) => item.id !== "sign-off.approval.checklist" && !closed.has(item.id))
      .map(({ item }) => `${latest.file} does not close ${item.id}.`);
    return checked(due.length, [...latest.problems, ...open], latest.file);
  },
};
