import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { readStackFile } from "../../components/config/stack-file/read-stack-file.ts";
import { ENVIRONMENTS } from "../../components/shared/environments.ts";
import program from "../../index.ts";
import { createDiagrams, diagramPath } from "../../plan/graph/diagrams.ts";
import { renderDiagramSvg } from "../../plan/graph/render-diagram.ts";
import type { Plan } from "../../plan/plan.ts";
import { planEnvironment } from "../../plan/plan-environment.ts";

/** `npm run diagrams`: writes the diagrams of docs/architecture.md from the current plans. */
async function updateDiagrams(directory: string): Promise<void> {
  const plans: Plan[] = [];
  for (const environment of ENVIRONMENTS) {
    plans.push(await planEnvironment(program, readStackFile(directory, environment)));
  }
  for (const [name, diagram] of createDiagrams(plans)) {
    const path = diagramPath(directory, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, renderDiagramSvg(diagram));
    process.stdout.write(`${path}\n`);
  }
}

await updateDiagrams(process.cwd());
