/**
 * `npm run order:mutation` removes each `dependsOn` and each output that is an input in turn, and counts how many of the removals that
 * change the creation order break a rule.
 */
import { readStackFile } from "../../../components/config/stack-file/read-stack-file.ts";
import { ENVIRONMENTS } from "../../../components/shared/environments.ts";
import program from "../../../index.ts";
import { planEnvironment } from "../../../plan/plan-environment.ts";
import { judgeOrderMutants } from "./order-mutants.ts";

let unnoticed = 0;
for (const environment of ENVIRONMENTS) {
  const plan = await planEnvironment(program, readStackFile(process.cwd(), environment));
  const verdicts = judgeOrderMutants(plan);
  const missed = verdicts.filter(({ verdict }) => verdict === "unnoticed");
  const matter = verdicts.filter(({ verdict }) => verdict !== "equivalent");
  for (const { description } of missed) process.stdout.write(`unnoticed  ${description}\n`);
  process.stdout.write(
    `${environment}: ${verdicts.length} removals, ${matter.length} change the order; noticed ${matter.length - missed.length}/${matter.length}\n`,
  );
  unnoticed += missed.length;
}
process.exitCode = unnoticed === 0 ? 0 : 1;
