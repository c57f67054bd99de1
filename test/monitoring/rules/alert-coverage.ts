import { headingAnchor } from "../../../checklist/static-checks/documentation.ts";
import type { AlertRule } from "../../../components/monitoring/rules/index.ts";
import type { AlertCase } from "./rule-case.ts";
import { missingSections, type RunbookHeading } from "./runbook.ts";

/** The tests and runbooks of the alerts. */
interface CoverageInputs {
  readonly cases: readonly AlertCase[];
  readonly headings: readonly RunbookHeading[];
}

/** Returns the alerts without test or runbook, and the tests and runbook headings without alert, one line each. */
export function coverageGaps(alerts: readonly AlertRule[], { cases, headings }: CoverageInputs): string[] {
  const names = new Set(alerts.map(({ alert }) => alert));
  return [
    ...alerts.flatMap((rule) => alertGaps(rule, { cases, headings })),
    ...cases.filter(({ alert }) => !names.has(alert)).map(({ alert }) => `${alert}: a case, but no alert`),
    ...headings
      .filter(({ title }) => !names.has(title))
      .map(({ title }) => `${title}: a heading, but no alert`),
  ];
}

function alertGaps(rule: AlertRule, { cases, headings }: CoverageInputs): string[] {
  const name = rule.alert;
  const own = cases.filter(({ alert }) => alert === name);
  const fits = headings.filter(({ page, title }) =>
    rule.annotations.runbook_url.endsWith(`/${page}#${headingAnchor(title)}`),
  );
  const heading = fits.find(({ title }) => title === name);
  return [
    ...(own.length === 0 ? [`${name}: no case in which it fires`] : []),
    ...(rule.expr !== "vector(1)" && !own.some(({ notFiring }) => notFiring.length > 0)
      ? [`${name}: no case in which it stays quiet`]
      : []),
    ...(rule.for !== undefined && !own.every(({ notYetAt }) => notYetAt !== undefined)
      ? [`${name}: a case that does not look just before it fires`]
      : []),
    ...(rule.keep_firing_for !== undefined && !own.some(({ keepsFiring }) => keepsFiring !== undefined)
      ? [`${name}: no case in which its cause ends`]
      : []),
    ...(heading === undefined ? [`${name}: no runbook heading at ${rule.annotations.runbook_url}`] : []),
    ...(heading === undefined
      ? []
      : missingSections(heading).map((part) => `${name}: its runbook lacks ${part}`)),
  ];
}
