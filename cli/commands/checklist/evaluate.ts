import type { ChecklistFacts, LiveReport } from "../../../checklist/evaluation/facts.ts";
import type { LedgerFacts } from "../../../checklist/facts/gather-facts.ts";
import { readRepository } from "../../../checklist/facts/read-repository.ts";
import type { People } from "../../../checklist/records/people.ts";
import type { ChecklistReport } from "../../../checklist/report/checklist-report.ts";
import { parseConfig } from "../../../components/config/load-config.ts";
import { parseEnvironment } from "../../../components/config/parse-environment.ts";
import { readStackFile } from "../../../components/config/stack-file/read-stack-file.ts";
import type { Environment } from "../../../components/shared/environments.ts";
import type { Output } from "../../output.ts";

/** What the commands need from the process. */
export interface ChecklistContext {
  /** The directory of the stack files, which has `records/`. */
  readonly directory: string;
  readonly output: Output;
  /** The time of the evaluation. @default now */
  readonly now?: () => Date;
}

export interface EvaluateRequest {
  readonly environment: Environment;
  /** Undefined if the ledger was not read. */
  readonly ledger?: LedgerFacts | undefined;
  /** Reports of live checks of this run, in addition to the saved ones. */
  readonly live?: readonly LiveReport[];
}

/** An evaluation with the facts that it was made from. */
export interface Evaluation {
  readonly report: ChecklistReport;
  readonly facts: ChecklistFacts & { readonly people: People };
}

/** Plans the environment, reads its records and judges every item. */
export async function evaluate(
  { environment: name, ledger, live = [] }: EvaluateRequest,
  context: ChecklistContext,
): Promise<Evaluation> {
  const { directory, output } = context;
  const environment = parseEnvironment(name);
  const now = context.now?.() ?? new Date();
  const raw = readStackFile(directory, environment);
  const config = parseConfig(raw);
  output.progress(`planning ${environment}`);
  // git reads the repository in processes of its own, meanwhile.
  const repository = readRepository(directory);
  repository.catch(() => undefined);
  const { planProgram } = await import("../../../plan/plan-program.ts");
  const plan = await planProgram(raw);
  output.progress("evaluating the checklist");
  const [
    { gatherFacts },
    { readSavedReports },
    { evaluateChecklist },
    { REGISTRY },
    { createReport },
    evidence,
    schema,
  ] = await Promise.all([
    import("../../../checklist/facts/gather-facts.ts"),
    import("../../../checklist/facts/live-reports.ts"),
    import("../../../checklist/evaluation/evaluate-checklist.ts"),
    import("../../../checklist/evaluation/registry.ts"),
    import("../../../checklist/report/checklist-report.ts"),
    import("../../../checklist/evidence/evidence-files.ts"),
    import("../../../operations/pulumi/rollback/database-schema.ts"),
  ]);
  const saved = readSavedReports(directory, environment);
  const facts = gatherFacts({
    ...{ directory, environment, now, plan, config, raw, ledger },
    schema: schema.DATABASE_SCHEMA,
    repository: await repository,
    live: [...saved.reports, ...live],
    processes: saved.processes,
    readEvidence: (binding) =>
      evidence.readEvidence({ directory, environment, project: plan.project, now }, binding),
  });
  return { facts, report: createReport(facts, evaluateChecklist(facts), REGISTRY) };
}
