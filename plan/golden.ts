import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Environment } from "../components/shared/environments.ts";
import { errorCode } from "../components/shared/error-code.ts";
import { formatDiff } from "./diff/format-diff.ts";
import { diffPlans, isEmptyDiff } from "./diff/plan-diff.ts";
import { compareCodeUnits } from "./format.ts";
import type { Json, Plan } from "./plan.ts";

/** The path of the golden plan of an environment: the plan of the committed stack file, for review in pull requests. */
export function goldenPath(directory: string, environment: Environment): string {
  return join(directory, "test", "golden", `${environment}.json`);
}

/** The detailed graph of production that docs/plan.md shows; it is updated with the golden plans. */
export function architectureDiagramPath(directory: string): string {
  return join(directory, "docs", "images", "production.svg");
}

/** Serializes a plan with sorted resources and keys, so that equal plans have equal text. */
export function serializeGolden(plan: Plan): string {
  const resources = plan.resources
    // They follow from the program and would hide its changes; tests of the creation order read them.
    .map(({ dependencies: _, ...resource }) => resource)
    .sort((a, b) => compareCodeUnits(a.urn, b.urn));
  return `${JSON.stringify(sortKeys({ ...plan, resources } as unknown as Json), undefined, 2)}\n`;
}

/** The golden plan of an environment as text; undefined if there is none. */
export function readGolden(directory: string, environment: Environment): string | undefined {
  try {
    // A checkout on Windows may have different line endings.
    return readFileSync(goldenPath(directory, environment), "utf8").replaceAll("\r\n", "\n");
  } catch (error) {
    if (errorCode(error) === "ENOENT") return undefined;
    throw error;
  }
}

/** The command that updates the golden plans. */
const UPDATE_GOLDEN_COMMAND = "npm run golden";

/** Describes how a plan differs from its golden plan; undefined if it does not. */
export function describeGoldenMismatch(plan: Plan, golden: string | undefined): string | undefined {
  const remedy = `If the change is intended, run "${UPDATE_GOLDEN_COMMAND}" and commit test/golden/${plan.environment}.json.`;
  if (golden === undefined) return `${plan.environment} has no golden plan. ${remedy}`;
  if (golden === serializeGolden(plan)) return undefined;
  const diff = diffPlans(parseGolden(golden, plan), plan);
  const text = isEmptyDiff(diff)
    ? `${plan.environment}: the plan is unchanged, but the text of the file differs: the file was edited by hand.\n`
    : formatDiff(diff);
  return `The plan of ${plan.environment} differs from its golden plan:\n${text}${remedy}`;
}

function parseGolden(golden: string, { environment }: Plan): Plan {
  try {
    return JSON.parse(golden) as Plan;
  } catch {
    throw new Error(`test/golden/${environment}.json is not JSON. Run "${UPDATE_GOLDEN_COMMAND}".`);
  }
}

function sortKeys(value: Json): Json {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).toSorted(([a], [b]) => compareCodeUnits(a, b));
  return Object.fromEntries(entries.map(([key, inner]: [string, Json]) => [key, sortKeys(inner)]));
}
