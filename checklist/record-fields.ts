import type { RecordField } from "./types.ts";

/** The blanks of the seed documents that the record of a deployment fills in. */
export const recordFields: readonly RecordField[] = [
  { id: "deployment-date", title: "Day of the deployment", document: "003" },
  { id: "deployment-engineer", title: "Who deploys", document: "003" },
  { id: "completion-time", title: "When the deployment was complete", document: "003" },
  { id: "total-duration", title: "How long it took", document: "003" },
  { id: "verification-results", title: "How many of the ten checks passed", document: "003" },
  { id: "issues", title: "What went wrong", document: "003" },
  { id: "notes", title: "Observations and recommendations", document: "003" },
  { id: "approved", title: "Whether production may be deployed to", document: "000" },
  { id: "approval-date", title: "Day of the approval", document: "000" },
  { id: "approved-by", title: "Who approved", document: "000" },
];
