import type { RecordField } from "./types.ts";

/** The blanks of the seed documents that are fields of the deployment record. */
export const recordFields: readonly RecordField[] = [
  { id: "deployment-date", title: "Date of the deployment", document: "003" },
  { id: "deployment-engineer", title: "Deployment engineer", document: "003" },
  { id: "completion-time", title: "Completion time", document: "003" },
  { id: "total-duration", title: "Total duration", document: "003" },
  { id: "verification-results", title: "Number of the ten checks that passed", document: "003" },
  { id: "issues", title: "Issues", document: "003" },
  { id: "notes", title: "Observations and recommendations", document: "003" },
  { id: "approved", title: "Approved for production", document: "000" },
  { id: "approval-date", title: "Date of the approval", document: "000" },
  { id: "approved-by", title: "Approved by", document: "000" },
];
