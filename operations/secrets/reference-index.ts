import { parse } from "yaml";
import { z } from "zod";
import { ENVIRONMENTS } from "../../components/shared/environments.ts";

const inputs = z.record(z.string(), z.json());

/** A resource whose outputs are the values of references. */
const generator = z.strictObject({ name: z.string().min(1), type: z.string(), inputs });

/** A relative path of a Secret's file, as `plan --render` writes it: one directory and a file name. */
const secretFile = z.string().regex(/^\w[\w.-]*\/secret-[\w.-]+\.yaml$/);

const place = z.strictObject({
  file: secretFile,
  // The values of `data` would have to be encoded; the program sets `stringData`.
  field: z.tuple([z.literal("stringData"), z.string().min(1)]),
});

const reference = z.strictObject({ reference: z.string().startsWith("ref+"), places: z.array(place).min(1) });

const indexSchema = z.strictObject({
  environment: z.enum(ENVIRONMENTS),
  /** In dependency order. */
  generators: z.array(generator),
  references: z.array(reference),
});

/** The content of `secrets.references.yaml` (plan/manifests/secret-references.ts). */
export type ReferenceIndex = z.infer<typeof indexSchema>;
export type Generator = z.infer<typeof generator>;

/** An output of a generator. */
export interface GeneratedReference {
  readonly kind: "generated";
  readonly generator: string;
  readonly output: string;
}

/** A value that the platform owner provides. */
export interface GivenReference {
  readonly kind: "given";
  readonly namespace: string;
  readonly key: string;
}

/** Parses the index. @throws ZodError or YAMLParseError */
export function parseReferenceIndex(text: string): ReferenceIndex {
  return indexSchema.parse(parse(text));
}

const REFERENCE_PATTERN =
  /^ref\+(?:generated:\/\/(?<generator>[^/]+)\/(?<output>[^/]+)|given:\/\/(?<namespace>[^/]+)\/[^/]+\/(?<key>[^/]+))$/;

/** Parses a reference; returns undefined for a text that is none. */
export function parseReference(text: string): GeneratedReference | GivenReference | undefined {
  const groups = REFERENCE_PATTERN.exec(text)?.groups;
  if (groups === undefined) return undefined;
  const decode = (part: string | undefined): string => decodeURIComponent(part ?? "");
  return groups.generator === undefined
    ? { kind: "given", namespace: decode(groups.namespace), key: decode(groups.key) }
    : { kind: "generated", generator: decode(groups.generator), output: decode(groups.output) };
}

/** The names of the generators whose outputs are inputs of this one. */
export function listDependencies({ inputs: values }: Generator): readonly string[] {
  return Object.values(values).flatMap((value) => {
    const found = typeof value === "string" ? parseReference(value) : undefined;
    return found?.kind === "generated" ? [found.generator] : [];
  });
}
