import { createPrivateKey, X509Certificate } from "node:crypto";
import type { Problem } from "../../components/shared/errors.ts";
import { isRenewalDue, valueKind } from "./generate-value.ts";
import { type Generator, listDependencies } from "./reference-index.ts";
import { findValueDefect, isDataKey, valueFile } from "./value-files.ts";

/** When and from which inputs a value was generated. */
export interface GenerationRecord {
  readonly created: string;
  readonly inputs: unknown;
}

/** The stored values and their records, by generator. */
export interface StoredValues {
  readonly texts: ReadonlyMap<string, string>;
  readonly records: ReadonlyMap<string, GenerationRecord>;
}

export type Action = "keep" | "create" | "replace";

/** What happens to each value. */
export interface Changes {
  readonly actions: ReadonlyMap<string, Action>;
  /** Reasons why nothing must be written. */
  readonly problems: readonly Problem[];
  /** Certificates that expire soon and are kept. */
  readonly due: readonly string[];
}

interface Decision {
  readonly action: Action;
  readonly due?: true;
  readonly problem?: Problem;
}

/**
 * Decides for each stored value whether it is kept, created or replaced. A value is replaced only with `rotate`, and a data key
 * never, because the data that it encrypts would be lost.
 */
export function decideChanges(
  generators: readonly Generator[],
  stored: StoredValues,
  options: { readonly rotate: boolean; readonly now: number },
): Changes {
  const byName = new Map(generators.map((generator) => [generator.name, generator]));
  const actions = new Map<string, Action>();
  const decided: (Decision & { readonly file: string })[] = [];
  for (const generator of generators) {
    const file = valueFile(generator);
    if (file === undefined) continue;
    const renewed = storedDependencies(byName, generator).some((name) => actions.get(name) !== "keep");
    const decision = decideChange(byName, generator, { stored, renewed, file, ...options });
    actions.set(generator.name, decision.action);
    decided.push({ ...decision, file });
  }
  return {
    actions,
    problems: decided.flatMap(({ problem }) => problem ?? []),
    due: decided.flatMap(({ due, file }) => (due === true ? [file] : [])),
  };
}

interface DecisionContext {
  readonly stored: StoredValues;
  readonly rotate: boolean;
  readonly now: number;
  /** Whether a value that this one depends on is created or replaced. */
  readonly renewed: boolean;
  readonly file: string;
}

function decideChange(
  generators: ReadonlyMap<string, Generator>,
  generator: Generator,
  { stored, rotate, now, renewed, file }: DecisionContext,
): Decision {
  const text = stored.texts.get(generator.name);
  const record = stored.records.get(generator.name);
  if (text === undefined && record === undefined) return { action: "create" };
  const defect =
    text === undefined
      ? `was generated on ${record?.created.slice(0, 10)} and is missing`
      : findValueDefect(valueKind(generator), text);
  if (defect !== undefined) return replaceOrReject(generator, rotate, { subject: file, rule: defect });
  const changed =
    record !== undefined &&
    JSON.stringify(record.inputs) !== JSON.stringify(effectiveInputs(generators, generator));
  if (changed) {
    const rule = isDataKey(generator)
      ? "has another version in the stack file: a data key is replaced by re-encryption, not by a version"
      : "was generated for other settings (a version, a domain or a server changed)";
    return replaceOrReject(generator, rotate, { subject: file, rule });
  }
  if (valueKind(generator) !== "certificate") return { action: "keep" };
  if (renewed || !matchesKeys(generators, generator, stored))
    return replaceOrReject(generator, rotate, {
      subject: file,
      rule: "does not belong to its private key or its CA",
    });
  if (!isRenewalDue(generator, text ?? "", now)) return { action: "keep" };
  return rotate ? { action: "replace" } : { action: "keep", due: true };
}

function replaceOrReject(
  generator: Generator,
  rotate: boolean,
  problem: Pick<Problem, "subject" | "rule">,
): Decision {
  if (isDataKey(generator))
    return {
      action: "keep",
      problem: {
        ...problem,
        remedy: "Restore it from a copy: without it the data that it encrypts cannot be read.",
      },
    };
  if (rotate) return { action: "replace" };
  return {
    action: "keep",
    problem: { ...problem, remedy: "Restore it from a copy, or add --rotate to replace it." },
  };
}

/** The generators with a stored value on which this one depends, also through a request. */
function storedDependencies(
  generators: ReadonlyMap<string, Generator>,
  generator: Generator,
): readonly string[] {
  return listDependencies(generator).flatMap((name) => {
    const dependency = generators.get(name);
    if (dependency === undefined)
      throw new Error(`${generator.name} depends on ${name}, which the index does not list.`);
    return valueKind(dependency) === "request" ? storedDependencies(generators, dependency) : [name];
  });
}

/** The inputs of a generator and of the request that it signs. */
export function effectiveInputs(generators: ReadonlyMap<string, Generator>, generator: Generator): unknown {
  const requests = listDependencies(generator).flatMap((name) => {
    const dependency = generators.get(name);
    return dependency !== undefined && valueKind(dependency) === "request" ? [dependency.inputs] : [];
  });
  return requests.length === 0 ? generator.inputs : { ...generator.inputs, requests };
}

/** False also for a key that is missing or damaged, which is reported on its own. */
function matchesKeys(
  generators: ReadonlyMap<string, Generator>,
  generator: Generator,
  { texts }: StoredValues,
): boolean {
  const dependencies = storedDependencies(generators, generator).flatMap(
    (name) => generators.get(name) ?? [],
  );
  const issuers = dependencies.filter((one) => valueKind(one) === "certificate");
  const textOf = (name: string): string => texts.get(name) ?? "";
  try {
    const certificate = new X509Certificate(textOf(generator.name));
    return (
      certificate.checkPrivateKey(createPrivateKey(textOf(ownKeyName(generators, generator)))) &&
      issuers.every(({ name }) => certificate.verify(new X509Certificate(textOf(name)).publicKey))
    );
  } catch {
    return false;
  }
}

/** The generator of a certificate's own key: an input of the certificate, or of its request. */
function ownKeyName(generators: ReadonlyMap<string, Generator>, generator: Generator): string {
  const dependencies = listDependencies(generator).flatMap((name) => generators.get(name) ?? []);
  const request = dependencies.find((one) => valueKind(one) === "request");
  const [key] = listDependencies(request ?? generator);
  if (key === undefined) throw new Error(`${generator.name} has no private key.`);
  return key;
}
