/**
 * Secrets in rendered manifests. A plan contains no secret values, so a rendered Secret contains references instead:
 *
 *   ref+generated://RESOURCE/OUTPUT        the output of a generator, which is a resource of the plan, such as
 *                                          ref+generated://secrets-api-token/base64
 *   ref+given://NAMESPACE/SECRET/KEY       a provided credential, about which the plan has no information
 *
 * A reference is always the whole value. To fill in a Secret, replace each reference with its value, then remove the label
 * `spacetime-vr.com/secrets`. The value of that label is not valid, so API servers reject a Secret that is not filled in: a
 * reference is public and must never become a password.
 *
 * `secrets.references.yaml` lists, for tools, the generators with their inputs in dependency order, and each reference with
 * its file and field. Content hashes in object names depend on the version of a secret, not on its value, so names do not
 * change when values are filled in.
 */

import { compareCodeUnits } from "../format.ts";
import type { Json, JsonObject, Plan, PlannedResource } from "../plan.ts";
import { GENERATED_PREFIX, isSecret } from "../plan.ts";

/** A label whose invalid value prevents applying a Secret before it is filled in. */
export const PLACEHOLDER_LABEL = "spacetime-vr.com/secrets";
export const PLACEHOLDER_LABEL_VALUE = "references only: see docs/plan.md";

/** The location of a reference: a file in the rendered directory, and the path of the field. */
interface ReferenceLocation {
  readonly file: string;
  readonly field: readonly string[];
}

export interface LocatedReference extends ReferenceLocation {
  readonly reference: string;
}

/** A placeholder of a provider output: secret (`[secret NAME.OUTPUT]`) or not (`generated:NAME.OUTPUT`). */
const GENERATED_PATTERN = new RegExp(
  `^(?:\\[secret (?<secret>.+)\\.(?<secretOutput>[^.\\]]+)\\]|${GENERATED_PREFIX}(?<name>.+)\\.(?<output>[^.]+))$`,
);

interface GeneratedOutput {
  readonly name: string;
  readonly output: string;
}

function parseGeneratedOutput(value: Json): GeneratedOutput | undefined {
  const groups = typeof value === "string" ? GENERATED_PATTERN.exec(value)?.groups : undefined;
  const name = groups?.secret ?? groups?.name;
  const output = groups?.secretOutput ?? groups?.output;
  return name === undefined || output === undefined ? undefined : { name, output };
}

/** Whether a planned value is a placeholder of a secret or of a generated value. */
export function isPlaceholder(value: Json): boolean {
  return isSecret(value) || parseGeneratedOutput(value) !== undefined;
}

/** The name of the resource whose output the placeholder is. */
export function generatorName(value: Json): string | undefined {
  return parseGeneratedOutput(value)?.name;
}

/** The reference for a placeholder; `owner` identifies the value if it is a provided credential. */
export function createReference(value: Json, owner: readonly string[]): string {
  const generated = parseGeneratedOutput(value);
  if (generated === undefined) return `ref+given://${owner.map(encodeURIComponent).join("/")}`;
  return `ref+generated://${encodeURIComponent(generated.name)}/${encodeURIComponent(generated.output)}`;
}

/** The content of `secrets.references.yaml`. */
export function createReferenceIndex(
  plan: Plan,
  placed: readonly LocatedReference[],
  placeholders: readonly Json[],
): Json {
  const places = Map.groupBy(placed, ({ reference }) => reference);
  return {
    environment: plan.environment,
    generators: orderGenerators(plan, placeholders),
    references: [...places]
      .toSorted(([a], [b]) => compareCodeUnits(a, b))
      .map(([reference, all]) => ({ reference, places: all.map(({ file, field }) => ({ file, field })) })),
  };
}

/** The generators of the placeholders and of their inputs, in dependency order. */
function orderGenerators(plan: Plan, placeholders: readonly Json[]): Json[] {
  const ordered = new Map<string, Json>();
  const add = (generated: GeneratedOutput): void => {
    if (ordered.has(generated.name)) return;
    const { name, type, inputs } = findGenerator(plan, generated.name);
    for (const needed of leafValues(inputs).flatMap((leaf) => parseGeneratedOutput(leaf) ?? [])) add(needed);
    ordered.set(name, { name, type, inputs: replaceWithReferences(inputs, [name]) });
  };
  const needed = placeholders.flatMap((value) => parseGeneratedOutput(value) ?? []);
  for (const generated of needed.toSorted((a, b) => compareCodeUnits(a.name, b.name))) add(generated);
  return [...ordered.values()];
}

function findGenerator({ resources }: Plan, name: string): PlannedResource {
  const candidates = resources.filter(
    (resource) => resource.custom && resource.name === name && !resource.type.startsWith("kubernetes:"),
  );
  const [generator] = candidates;
  if (generator === undefined || candidates.length > 1) {
    throw new Error(`Expected one resource with the name "${name}" in the plan, found ${candidates.length}.`);
  }
  return generator;
}

function leafValues(value: Json): Json[] {
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(leafValues) : [value];
}

function replaceWithReferences(value: Json, owner: readonly string[]): Json {
  if (Array.isArray(value)) {
    return value.map((element: Json, index) => replaceWithReferences(element, [...owner, String(index)]));
  }
  if (typeof value === "object" && value !== null) {
    const entries = Object.entries(value as JsonObject);
    return Object.fromEntries(
      entries.map(([key, inner]) => [key, replaceWithReferences(inner, [...owner, key])]),
    );
  }
  return isPlaceholder(value) ? createReference(value, owner) : value;
}
