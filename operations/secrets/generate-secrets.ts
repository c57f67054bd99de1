import { writeFileSync } from "node:fs";
import { join, sep } from "node:path";
import { errorCode } from "../../components/shared/error-code.ts";
import { InputError, type Problem } from "../../components/shared/errors.ts";
import { writeAtomically } from "../../components/shared/write-atomically.ts";
import { OperationError } from "../errors.ts";
import { type Action, decideChanges, effectiveInputs } from "./decide-changes.ts";
import { generateValue, outputOf, type RandomEncoding } from "./generate-value.ts";
import { type Generator, parseReference, type ReferenceIndex } from "./reference-index.ts";
import { createTemplates, fillSecrets, findOtherValues, type Rendering } from "./rendering.ts";
import {
  formatRecords,
  givenValueFile,
  openValueDirectory,
  readGivenValue,
  type ValueDirectory,
  writeValueDirectory,
} from "./value-directory.ts";
import { SECRET_ALIASES, valueFile } from "./value-files.ts";

/** What `secrets generate` is asked to do. */
export interface GenerateSecretsOptions {
  readonly rendering: Rendering;
  /** The directory of values. */
  readonly directory: string;
  /** A rendered directory whose Secrets are filled in. */
  readonly fill?: string;
  /** Replaces values whose settings changed, that are damaged, or that expire soon. */
  readonly rotate: boolean;
  readonly now?: number;
  readonly onProgress?: (activity: string) => void;
}

/** What was done, without values. */
export interface GeneratedSecrets {
  readonly directory: string;
  /** Files by what happened to them, relative to the directory. */
  readonly created: readonly string[];
  readonly replaced: readonly string[];
  readonly kept: readonly string[];
  /** Certificates that expire soon and were kept. */
  readonly due: readonly string[];
  /** The filled files, relative to the rendered directory; empty without `fill`. */
  readonly filled: readonly string[];
  /** Number of Secret objects in the manifest. */
  readonly secretObjects: number;
}

/**
 * Generates the missing values of a rendering and writes them with the filled manifest. Either everything is written or
 * nothing; the rendered directory is filled in afterwards, one complete file after the other.
 * @throws InputError with every value that would have to be overwritten.
 */
export async function generateSecrets(options: GenerateSecretsOptions): Promise<GeneratedSecrets> {
  const { rendering, directory, rotate, now = Date.now(), onProgress = () => undefined } = options;
  const { index } = rendering;
  const stored = openValueDirectory(directory, index.environment, index.generators);
  const { actions, problems, due } = decideChanges(index.generators, stored, { rotate, now });
  rejectProblems([...problems, ...findMissingGivenValues(index, stored)]);
  const texts = await generateTexts(index, stored, actions, now, onProgress);
  const lookUp = createLookup(index, texts, stored);
  if (options.fill !== undefined && !rotate) rejectProblems(findOtherValues(rendering, lookUp));
  const filled = fillSecrets(rendering, lookUp);
  writeValueDirectory(stored, collectFiles({ rendering, stored, actions, texts, filled, now }));
  if (options.fill !== undefined) fillDirectory(options.fill, filled);
  const filesWith = (action: Action): string[] =>
    index.generators.flatMap((one) => (actions.get(one.name) === action ? (valueFile(one) ?? []) : []));
  return {
    directory: stored.path,
    created: filesWith("create"),
    replaced: filesWith("replace"),
    kept: filesWith("keep"),
    due,
    filled: options.fill === undefined ? [] : [...filled.keys()],
    secretObjects: filled.size,
  };
}

function rejectProblems(problems: readonly Problem[]): void {
  if (problems.length > 0) throw new InputError("The secrets were not generated:", problems);
}

function findMissingGivenValues(index: ReferenceIndex, { path }: ValueDirectory): Problem[] {
  return index.references.flatMap(({ reference }) => {
    const parsed = parseReference(reference);
    if (parsed?.kind !== "given" || readGivenValue(path, parsed.namespace, parsed.key) !== undefined)
      return [];
    return [
      {
        subject: join(path, givenValueFile(parsed.namespace, parsed.key)),
        rule: `is missing: the stack file uses ${parsed.key}, which is not generated`,
        remedy: "Write the value to this file with mode 0600.",
      },
    ];
  });
}

async function generateTexts(
  { generators, references }: ReferenceIndex,
  stored: ValueDirectory,
  actions: ReadonlyMap<string, Action>,
  now: number,
  onProgress: (activity: string) => void,
): Promise<ReadonlyMap<string, string>> {
  const byName = new Map(generators.map((generator) => [generator.name, generator]));
  const encodings = randomEncodings(references.map(({ reference }) => reference));
  const texts = new Map<string, string>();
  const textOf = (name: string): string => {
    const text = texts.get(name);
    if (text === undefined) throw new Error(`${name} is needed before it is generated.`);
    return text;
  };
  for (const generator of generators) {
    const action = actions.get(generator.name);
    if (action === undefined) continue;
    if (action !== "keep") onProgress(`generating ${valueFile(generator)}`);
    const text =
      action === "keep"
        ? stored.texts.get(generator.name)
        : await generateValue(byName, generator, {
            encoding: encodings.get(generator.name) ?? "base64",
            stored: textOf,
            now,
          });
    if (text !== undefined) texts.set(generator.name, text);
  }
  return texts;
}

/** The encoding in which the references use each random value. */
function randomEncodings(references: readonly string[]): ReadonlyMap<string, RandomEncoding> {
  return new Map(
    references.flatMap((reference) => {
      const parsed = parseReference(reference);
      if (parsed?.kind !== "generated" || !/^(base64|hex)$/.test(parsed.output)) return [];
      return [[parsed.generator, parsed.output as RandomEncoding]];
    }),
  );
}

function createLookup(
  { generators }: ReferenceIndex,
  texts: ReadonlyMap<string, string>,
  { path }: ValueDirectory,
): (reference: string) => string {
  const byName = new Map(generators.map((generator) => [generator.name, generator]));
  return (reference) => {
    const parsed = parseReference(reference);
    if (parsed?.kind === "given") {
      const value = readGivenValue(path, parsed.namespace, parsed.key);
      if (value !== undefined) return value;
    }
    if (parsed?.kind === "generated") {
      const [generator, text] = [byName.get(parsed.generator), texts.get(parsed.generator)];
      if (generator !== undefined && text !== undefined) return outputOf(generator, parsed.output, text);
    }
    throw new Error(`${reference} has no value.`);
  };
}

interface Collected {
  readonly rendering: Rendering;
  readonly stored: ValueDirectory;
  readonly actions: ReadonlyMap<string, Action>;
  readonly texts: ReadonlyMap<string, string>;
  readonly filled: ReadonlyMap<string, string>;
  readonly now: number;
}

/** All files of the directory of values. */
function collectFiles({ rendering, stored, actions, texts, filled, now }: Collected): Map<string, string> {
  const { generators, environment } = rendering.index;
  const byName = new Map(generators.map((generator) => [generator.name, generator]));
  const created = new Date(now).toISOString();
  const records = new Map(stored.records);
  const files = new Map<string, string>([[".gitignore", "*\n"]]);
  for (const generator of generators) {
    const [file, text] = [valueFile(generator), texts.get(generator.name)];
    if (file === undefined || text === undefined) continue;
    files.set(file, text).set(`${file}.base64`, Buffer.from(text).toString("base64"));
    const old = stored.texts.get(generator.name);
    if (actions.get(generator.name) === "replace" && old !== undefined)
      files.set(`previous/${created.replaceAll(/[:.]/g, "-")}/${file}`, old);
    if (actions.get(generator.name) !== "keep" || !records.has(generator.name))
      records.set(generator.name, { created, inputs: effectiveInputs(byName, generator) });
  }
  files.set(...formatRecords(environment, records));
  files.set("secrets.yaml", joinDocuments(filled));
  files.set("secrets-template.yaml", joinDocuments(createTemplates(rendering)));
  files.set("aliases.env", formatAliases(generators, texts));
  return files;
}

function joinDocuments(documents: ReadonlyMap<string, string>): string {
  return [...documents.values()].join("---\n");
}

/** The values under their names in the seed documents. */
function formatAliases(generators: readonly Generator[], texts: ReadonlyMap<string, string>): string {
  const lines = Object.entries(SECRET_ALIASES).flatMap(([alias, secret]) => {
    const generator = generators.find((one) => valueFile(one) === `secrets/${secret}`);
    const text = generator === undefined ? undefined : texts.get(generator.name);
    return text === undefined ? [] : [`${alias}=${text}`];
  });
  return `${lines.join("\n")}\n`;
}

function fillDirectory(directory: string, filled: ReadonlyMap<string, string>): void {
  for (const [file, text] of filled) {
    const path = join(directory, file.replaceAll("/", sep));
    try {
      writeAtomically(path, (temporaryPath) =>
        writeFileSync(temporaryPath, text, { mode: 0o600, flag: "wx" }),
      );
    } catch (error) {
      throw new OperationError(1, {
        subject: path,
        rule: `cannot be written (${errorCode(error) ?? String(error)}); the values themselves are saved`,
        remedy: "Make the directory writable, then run the command again.",
      });
    }
  }
}
