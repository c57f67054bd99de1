import { lstatSync, readFileSync } from "node:fs";
import { join, sep } from "node:path";
import { parse } from "yaml";
import type { Environment } from "../../components/shared/environments.ts";
import { errorCode } from "../../components/shared/error-code.ts";
import { InputError, type Problem } from "../../components/shared/errors.ts";
import { REFERENCES_FILE, renderManifests } from "../../plan/manifests/render-manifests.ts";
import { PLACEHOLDER_LABEL, PLACEHOLDER_LABEL_VALUE } from "../../plan/manifests/secret-references.ts";
import { toYaml } from "../../plan/manifests/yaml.ts";
import type { Plan } from "../../plan/plan.ts";
import { parseReferenceIndex, type ReferenceIndex } from "./reference-index.ts";

/** The Secrets of rendered manifests: the index of their references, and the text of each file. */
export interface Rendering {
  readonly index: ReferenceIndex;
  /** By path, relative to the rendered directory. */
  readonly secretFiles: ReadonlyMap<string, string>;
}

/** The Secrets as `plan --render` would write them. @throws InputError for an environment that cannot be rendered. */
export function renderSecrets(plan: Plan): Rendering {
  const files = renderManifests(plan);
  return createRendering((file) => {
    const text = files.get(file);
    if (text === undefined) throw new Error(`The rendering has no file ${file}.`);
    return text;
  });
}

/** The Secrets of a directory that `plan --render` wrote. @throws InputError for any other directory. */
export function readRenderedSecrets(directory: string, environment: Environment): Rendering {
  const rendering = readDirectory(directory);
  const { environment: found } = rendering.index;
  if (found === environment) return rendering;
  throw rejectedDirectory(
    directory,
    `contains the manifests of ${found}`,
    `Run the command for ${found}, or render ${environment}.`,
  );
}

function readDirectory(directory: string): Rendering {
  try {
    return createRendering((file) => {
      const path = join(directory, file.replaceAll("/", sep));
      if (!lstatSync(path).isFile()) throw new Error(`${file} is not a regular file`);
      return readFileSync(path, "utf8");
    });
  } catch (error) {
    const why = errorCode(error) === "ENOENT" ? "has no complete rendering" : "cannot be read as a rendering";
    throw rejectedDirectory(directory, why, `Run: plan <environment> --render ${directory}`);
  }
}

function createRendering(read: (file: string) => string): Rendering {
  const index = parseReferenceIndex(read(REFERENCES_FILE));
  const files = new Set(index.references.flatMap(({ places }) => places.map(({ file }) => file)));
  return { index, secretFiles: new Map([...files].sort().map((file) => [file, read(file)])) };
}

function rejectedDirectory(directory: string, rule: string, remedy: string): InputError {
  return new InputError("Cannot fill in the secrets:", [
    { subject: "--fill", value: directory, rule, remedy },
  ]);
}

interface SecretObject {
  readonly metadata: { readonly labels?: Readonly<Record<string, string>> };
  readonly [section: string]: unknown;
}

/** Replaces every reference of the Secrets with its value and removes the label that API servers reject. */
export function fillSecrets(
  rendering: Rendering,
  lookUp: (reference: string) => string,
): Map<string, string> {
  return replaceValues(rendering, lookUp, ({ [PLACEHOLDER_LABEL]: _removed, ...labels }) => labels);
}

/** The Secrets with references only, which may be committed; also of a rendering that is filled in. */
export function createTemplates(rendering: Rendering): Map<string, string> {
  return replaceValues(
    rendering,
    (reference) => reference,
    (labels) => ({ ...labels, [PLACEHOLDER_LABEL]: PLACEHOLDER_LABEL_VALUE }),
  );
}

function replaceValues(
  { index, secretFiles }: Rendering,
  lookUp: (reference: string) => string,
  changeLabels: (labels: Readonly<Record<string, string>>) => Readonly<Record<string, string>>,
): Map<string, string> {
  const objects = new Map([...secretFiles].map(([file, text]) => [file, parse(text) as SecretObject]));
  for (const { reference, places } of index.references) {
    for (const { file, field } of places) {
      const [section, key] = field;
      const entries = objects.get(file)?.[section] as Record<string, string> | undefined;
      if (entries?.[key] === undefined) throw new Error(`${file} has no field ${field.join(".")}.`);
      entries[key] = lookUp(reference);
    }
  }
  return new Map(
    [...objects].map(([file, object]) => {
      const labels = changeLabels(object.metadata.labels ?? {});
      return [file, toYaml({ ...object, metadata: { ...object.metadata, labels } })];
    }),
  );
}

/** The fields of a rendering whose value is neither the reference nor the value that would be filled in. */
export function findOtherValues(
  { index, secretFiles }: Rendering,
  lookUp: (reference: string) => string,
): Problem[] {
  const objects = new Map([...secretFiles].map(([file, text]) => [file, parse(text) as SecretObject]));
  return index.references.flatMap(({ reference, places }) =>
    places.flatMap(({ file, field: [section, key] }) => {
      const value = (objects.get(file)?.[section] as Record<string, string> | undefined)?.[key];
      if (value === reference || value === lookUp(reference)) return [];
      return [
        {
          subject: `${file}: ${section}.${key}`,
          rule: "is filled in with another value than the one in the directory of values",
          remedy: "Render into a new directory, or add --rotate to replace it.",
        },
      ];
    }),
  );
}
