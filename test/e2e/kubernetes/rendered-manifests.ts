import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Environment } from "../../../components/shared/environments.ts";
import { generateSecrets } from "../../../operations/secrets/generate-secrets.ts";
import { readRenderedSecrets } from "../../../operations/secrets/rendering.ts";
import { renderPlanToDirectory } from "../../../plan/manifests/render-directory.ts";
import type { Plan } from "../../../plan/plan.ts";

/** A directory of rendered manifests. */
export interface RenderedManifests {
  readonly directory: string;
  readonly remove: () => void;
}

/** A directory of generated values, which later renderings use again. */
export interface ValueDirectory {
  readonly path: string;
  readonly remove: () => void;
}

export function createValueDirectory(environment: Environment): ValueDirectory {
  const parent = mkdtempSync(join(tmpdir(), "spacetime-vr-values-"));
  return { path: join(parent, environment), remove: () => rmSync(parent, { recursive: true, force: true }) };
}

/** Renders a plan and fills in its Secrets like `secrets generate --fill`. */
export async function renderFilledManifests(
  plan: Plan,
  values: ValueDirectory,
  { rotate = false } = {},
): Promise<RenderedManifests> {
  const rendered = renderUnfilledManifests(plan);
  const rendering = readRenderedSecrets(rendered.directory, plan.environment);
  await generateSecrets({ rendering, directory: values.path, fill: rendered.directory, rotate });
  return rendered;
}

/** Renders without filling in the Secrets. */
export function renderUnfilledManifests(plan: Plan): RenderedManifests {
  const parent = mkdtempSync(join(tmpdir(), "spacetime-vr-manifests-"));
  const directory = join(parent, plan.environment);
  renderPlanToDirectory(plan, directory);
  return { directory, remove: () => rmSync(parent, { recursive: true, force: true }) };
}
