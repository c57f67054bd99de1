import type { ItemResult } from "../evaluation/verdict.ts";
import type { ChecklistReport } from "./checklist-report.ts";

/** The report as JSON: every item with its verdict. */
export function reportJson(report: ChecklistReport): Record<string, unknown> {
  const { results, decision, ...rest } = report;
  return {
    version: 1,
    ...rest,
    decision: { ...decision, blocking: decision.blocking.map(({ item }) => item.id) },
    items: results.map(itemJson),
  };
}

/** An item with its verdict as JSON. */
export function itemJson({ item, ...result }: ItemResult): Record<string, unknown> {
  const { id, phase, section, priority, title, owner, method, check, source, docs, remediation } = item;
  return { id, phase, section, priority, title, owner, method, check, source, docs, remediation, ...result };
}
