/**
 * Secrets in rendered manifests. A plan holds no secret value, so a rendered Secret holds a reference in each value's place:
 *
 *   ref+generated://RESOURCE/OUTPUT        what a generator makes: the output of a resource of the plan, such as
 *                                          ref+generated://secrets-api-token/base64
 *   ref+given://NAMESPACE/SECRET/KEY       what an owner gives; the plan says nothing about it
 *
 * A reference is always the whole of a value, and filling in means: replace each by its value, as it is, and remove the label
 * `spacetime-vr.com/secrets`. That label's text is no valid label, so no API server accepts a Secret that is not filled in:
 * a reference is readable for everybody and must never become a password.
 *
 * `secrets.references.yaml` lists, for a tool that reads nothing else, the generators with their inputs, each after those
 * that its inputs refer to, and each reference with the file and the field where it stands. Where the rendered object is
 * named by its content, the name changes with the version of a secret and not with its value, so it stays while filling in.
 */

import { compareCodeUnits } from "../format.ts";
import type { Json, JsonObject, Plan, PlannedResource } from "../plan.ts";
import { GENERATED_PREFIX, isSecret } from "../plan.ts";

/** The label that keeps a Secret from being applied before it is filled in, and its text. */
export const PLACEHOLDER_LABEL = "spacetime-vr.com/secrets";
export const PLACEHOLDER_LABEL_VALUE = "references only: run secrets generate";

/** Where a reference stands: a file of the rendered directory, and the keys that lead to the value. */
export interface ReferenceLocation {
  readonly file: string;
  readonly field: readonly string[];
}

export interface LocatedReference extends ReferenceLocation {
  readonly reference: string;
}

/** A planned value that stands for a provider's output: secret (`[secret NAME.OUTPUT]`) or not (`generated:NAME.OUTPUT`). */
const GENERATED_PATTERN = new RegExp(
  `^(?:\\[secret (?<secret>.+)\\.(?<secretOutput>[^.\\]]+)\\]|${GENERATED_PREFIX}(?<name>.+)\\.(?<output>[^.]+))$`,
);

interface GeneratedOutput {
  readonly name: string;
  readonly output: string;
}

function parseGeneratedOutput(value: Json): GeneratedOutput | undefined {
  const found = typeof value === "string" ? GENERATED_PATTERN.exec(value)?.groups : undefined;
  const name = found?.secret ?? found?.name;
  const output = found?.secretOutput ?? found?.output;
  return name === undefined || output === undefined ? undefined : { name, output };
}

/** Whether a planned value is only a stand-in: for a secret, or for what a generator will make. */
export function isPlaceholder(value: Json): boolean {
  return isSecret(value) || parseGeneratedOutput(value) !== undefined;
}

/** The name of the resource that a stand-in is an output of. */
export function generatorName(value: Json): string | undefined {
  return parseGeneratedOutput(value)?.name;
}

/** The reference for a stand-in; `owner` says whose value it is when only its owner can give it. */
export function createReference(value: Json, owner: readonly string[]): string {
  const generated = parseGeneratedOutput(value);
  if (generated === undefined) return `ref+given://${owner.map(encodeURIComponent).join("/")}`;
  return `ref+generated://${encodeURIComponent(generated.name)}/${encodeURIComponent(generated.output)}`;
}

/** The content of `secrets.references.yaml`. */
export function createReferenceIndex(
  plan: Plan,
  placed: readonly LocatedReference[],
  standIns: readonly Json[],
): Json {
  const places = Map.groupBy(placed, ({ reference }) => reference);
  return {
    environment: plan.environment,
    generators: orderGenerators(plan, standIns),
    references: [...places]
      .toSorted(([a], [b]) => compareCodeUnits(a, b))
      .map(([reference, all]) => ({ reference, places: all.map(({ file, field }) => ({ file, field })) })),
  };
}

/** The generators behind the stand-ins and behind their inputs, each after those that it needs. */
function orderGenerators(plan: Plan, standIns: readonly Json[]): Json[] {
  const ordered = new Map<string, Json>();
  const add = (generated: GeneratedOutput): void => {
    if (ordered.has(generated.name)) return;
    const { name, type, inputs } = findGenerator(plan, generated.name);
    for (const needed of leafValues(inputs).flatMap((leaf) => parseGeneratedOutput(leaf) ?? [])) add(needed);
    ordered.set(name, { name, type, inputs: replaceWithReferences(inputs, [name]) });
  };
  const needed = standIns.flatMap((value) => parseGeneratedOutput(value) ?? []);
  for (const generated of needed.toSorted((a, b) => compareCodeUnits(a.name, b.name))) add(generated);
  return [...ordered.values()];
}

function findGenerator({ resources }: Plan, name: string): PlannedResource {
  const found = resources.filter(
    (resource) => resource.custom && resource.name === name && !resource.type.startsWith("kubernetes:"),
  );
  const [generator] = found;
  if (generator === undefined || found.length > 1) {
    throw new Error(`${found.length} resources of the plan could generate "${name}"; there must be one.`);
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
