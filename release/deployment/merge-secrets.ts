import type { Problem } from "../../components/shared/errors.ts";
import { PLACEHOLDER_LABEL } from "../../plan/manifests/secret-references.ts";
import type { Json, JsonObject } from "../../plan/plan.ts";
import { describeReference, referenceOf } from "./kubernetes-objects.ts";

/** References of rendered manifests, and common placeholders: public texts that must never become a password. */
const PLACEHOLDER = /^(?:ref\+|\$\{|<[^<>]+>$)|REPLACE_WITH|REPLACE_ME|CHANGE_?ME/i;

/** The objects with their secrets, or why they cannot be deployed. */
export interface MergedObjects {
  readonly objects: readonly JsonObject[];
  readonly problems: readonly Problem[];
}

/**
 * Replaces the Secrets of a package by the filled-in ones of the site. Every Secret must be present with the same keys, and without
 * placeholders. Messages name keys, never values.
 */
export function mergeSecrets(
  rendered: readonly JsonObject[],
  provided: readonly JsonObject[],
): MergedObjects {
  const secrets = new Map(
    provided
      .filter(({ kind }) => kind === "Secret")
      .map((object) => [describeReference(referenceOf(object)), object]),
  );
  const problems: Problem[] = [];
  const objects = rendered.map((object) => {
    if (object.kind !== "Secret" || !hasReferences(object)) return object;
    const name = describeReference(referenceOf(object));
    const secret = secrets.get(name);
    if (secret === undefined) {
      problems.push(secretProblem(name, "is not in the secrets directory"));
      return object;
    }
    problems.push(...secretProblems(name, object, secret));
    return secret;
  });
  return { objects, problems };
}

function secretProblem(subject: string, rule: string): Problem {
  return { subject, rule, remedy: "Generate it: scripts/deployment/generate_secrets.sh (docs/secrets.md)." };
}

/** Secrets without values from elsewhere are deployed as they are rendered. */
function hasReferences(secret: JsonObject): boolean {
  return labelsOf(secret)[PLACEHOLDER_LABEL] !== undefined;
}

function labelsOf({ metadata }: JsonObject): JsonObject {
  return ((metadata as JsonObject).labels ?? {}) as JsonObject;
}

function secretProblems(name: string, rendered: JsonObject, secret: JsonObject): Problem[] {
  const values = valuesOf(secret);
  const problems: Problem[] = [];
  if (hasReferences(secret)) problems.push(secretProblem(name, `still has the label ${PLACEHOLDER_LABEL}`));
  for (const key of valuesOf(rendered).keys()) {
    const value = values.get(key);
    if (value === undefined || value === "") problems.push(secretProblem(`${name}: ${key}`, "has no value"));
    else if (PLACEHOLDER.test(value)) problems.push(secretProblem(`${name}: ${key}`, "is a placeholder"));
  }
  return problems;
}

/** The plain values of a Secret, from both of its fields. */
function valuesOf({ data, stringData }: JsonObject): Map<string, string> {
  const decoded = Object.entries((data ?? {}) as JsonObject).map(
    ([key, value]) => [key, Buffer.from(String(value), "base64").toString("utf8")] as const,
  );
  const plain = Object.entries((stringData ?? {}) as Record<string, Json>).map(
    ([key, value]) => [key, String(value)] as const,
  );
  return new Map([...decoded, ...plain]);
}
