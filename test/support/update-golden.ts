import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { readStackFile } from "../../components/config/stack-file/read-stack-file.ts";
import { ENVIRONMENTS } from "../../components/shared/environments.ts";
import program from "../../index.ts";
import { formatDiff } from "../../plan/diff/format-diff.ts";
import { diffPlans } from "../../plan/diff/plan-diff.ts";
import { architectureDiagramPath, goldenPath, readGolden, serializeGolden } from "../../plan/golden.ts";
import { renderGraphSvg } from "../../plan/graph/render-graph.ts";
import type { Plan } from "../../plan/plan.ts";
import { planEnvironment } from "../../plan/plan-environment.ts";
import { formatResourceCount } from "../../plan/resource-tree.ts";

/** `npm run golden` updates the golden plans and prints the changes for the author to review. */
async function updateGoldenPlans(directory: string): Promise<void> {
  if (process.env.CI !== undefined && process.env.CI !== "false" && process.env.CI !== "") {
    process.stderr.write("Golden plans must not be updated in CI. Unset CI to update them.\n");
    process.exitCode = 2;
    return;
  }
  const plans: Plan[] = [];
  for (const environment of ENVIRONMENTS) {
    plans.push(await planEnvironment(program, readStackFile(directory, environment)));
  }
  for (const plan of plans) {
    if (plan.environment === "production") await updateGraphPicture(directory, plan);
    const path = goldenPath(directory, plan.environment);
    const golden = readGolden(directory, plan.environment);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, serializeGolden(plan));
    process.stdout.write(
      golden === undefined
        ? `${formatResourceCount(plan)}: new golden plan\n`
        : formatDiff(diffPlans(JSON.parse(golden) as Plan, plan)),
    );
  }
}

/** The detailed graph of production is drawn from the same plan. */
async function updateGraphPicture(directory: string, plan: Plan): Promise<void> {
  const path = architectureDiagramPath(directory);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, await renderGraphSvg(plan));
}

await updateGoldenPlans(process.cwd());
