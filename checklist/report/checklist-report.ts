import type { Environment } from "../../components/shared/environments.ts";
import { compareWithDeclaredChecks, type DeclaredCheck } from "../check-coverage.ts";
import type { ChecklistFacts } from "../evaluation/facts.ts";
import type { Registry } from "../evaluation/registry.ts";
import { countVerdicts, type ItemResult, type VerdictCounts } from "../evaluation/verdict.ts";
import { type Decision, decide } from "../go-no-go/decision.ts";

/** The evaluation of a checklist, ready to be printed. */
export interface ChecklistReport {
  readonly environment: Environment;
  readonly evaluatedAt: string;
  readonly binding: ChecklistFacts["binding"];
  readonly update: ChecklistFacts["update"];
  readonly commit: string | undefined;
  readonly counts: VerdictCounts;
  /** Items whose check is not implemented. */
  readonly unmapped: readonly string[];
  readonly results: readonly ItemResult[];
  readonly decision: Decision;
}

/** Summarizes the verdicts of an evaluation. */
export function createReport(
  facts: ChecklistFacts,
  results: readonly ItemResult[],
  registry: Registry,
): ChecklistReport {
  const items = results.map(({ item }) => item);
  return {
    environment: facts.environment,
    evaluatedAt: facts.now.toISOString(),
    binding: facts.binding,
    update: facts.update,
    commit: facts.static.repository?.commit,
    counts: countVerdicts(results),
    unmapped: compareWithDeclaredChecks(items, declaredChecks(registry)).unmet.map(({ subject }) => subject),
    results,
    decision: decide(results, facts.recordProblems),
  };
}

/** All implementations in the form that the coverage comparison reads. */
export function declaredChecks({
  rules,
  staticChecks,
  liveChecks,
  drills,
}: Registry): readonly DeclaredCheck[] {
  const names = [...new Set(staticChecks.map(({ name }) => name))];
  return [
    ...rules.map(({ name, items }): DeclaredCheck => ({ kind: "rule", name, items })),
    ...names.map((name): DeclaredCheck => {
      const findings = staticChecks
        .filter((one) => one.name === name)
        .flatMap(({ finding }) => finding ?? []);
      return { kind: "check", name, findings };
    }),
    ...liveChecks.map(({ id, findings }): DeclaredCheck => ({ kind: "check", name: id, findings })),
    ...drills.map(({ name }): DeclaredCheck => ({ kind: "check", name: `drill/${name}` })),
  ];
}

/** Whether a critical item failed, or a record cannot be trusted. */
export function hasBlockingFailure({ results, decision }: ChecklistReport): boolean {
  return (
    decision.recordProblems.length > 0 ||
    results.some(
      ({ verdict, item, isAdvisory }) => verdict === "fail" && item.priority === "critical" && !isAdvisory,
    )
  );
}
