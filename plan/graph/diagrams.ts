import { join } from "node:path";
import type { Plan } from "../plan.ts";
import { createDeploymentDiagram } from "./deployment-diagram.ts";
import type { Diagram } from "./diagram.ts";
import { createOverviewDiagram } from "./overview-diagram.ts";
import { createRequestDiagram } from "./request-diagram.ts";

/** The command that updates the committed diagrams. */
export const UPDATE_DIAGRAMS_COMMAND = "npm run diagrams";

/** The path of a committed diagram. */
export function diagramPath(directory: string, name: string): string {
  return join(directory, "docs", "images", `${name}.svg`);
}

/** The diagrams of the docs by name: an overview of each plan, a request and a deployment. */
export function createDiagrams(plans: readonly Plan[]): Map<string, Diagram> {
  return new Map([
    ...plans.map((plan) => [`overview-${plan.environment}`, createOverviewDiagram(plan)] as const),
    ["request", createRequestDiagram()],
    ["deployment", createDeploymentDiagram()],
  ]);
}
