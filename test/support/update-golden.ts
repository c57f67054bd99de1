import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { readStackFile } from "../../components/config/stack-file.ts";
import { ENVIRONMENTS } from "../../components/shared/environments.ts";
import program from "../../index.ts";
import { diffPlans } from "../../plan/diff.ts";
import { diffText } from "../../plan/diff-text.ts";
import { goldenPath, goldenText, picturePath, readGolden } from "../../plan/golden.ts";
import { graphSvg } from "../../plan/graph.ts";
import type { Plan } from "../../plan/plan.ts";
import { planEnvironment } from "../../plan/run.ts";
import { countLine } from "../../plan/tree.ts";

/** `npm run golden`: makes the present plans the golden ones and says what changed, for the author to review. */
async function update(directory: string): Promise<void> {
  if (process.env.CI !== undefined && process.env.CI !== "false" && process.env.CI !== "") {
    process.stderr.write("Golden plans are updated by their author, not by CI. Unset CI to do it.\n");
    process.exitCode = 2;
    return;
  }
  const plans: Plan[] = [];
  for (const environment of ENVIRONMENTS) {
    plans.push(await planEnvironment(program, readStackFile(directory, environment)));
  }
  for (const plan of plans) {
    if (plan.environment === "production") await updatePicture(directory, plan);
    const path = goldenPath(directory, plan.environment);
    const golden = readGolden(directory, plan.environment);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, goldenText(plan));
    process.stdout.write(
      golden === undefined
        ? `${countLine(plan)}: the first golden plan\n`
        : diffText(diffPlans(JSON.parse(golden) as Plan, plan)),
    );
  }
}

/** The picture in the README is drawn from the same plan. */
async function updatePicture(directory: string, plan: Plan): Promise<void> {
  const path = picturePath(directory);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, await graphSvg(plan));
}

await update(process.cwd());
