import { execFileSync } from "node:child_process";
import { generateKeyPairSync, randomBytes } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import { renderPlanToDirectory } from "../../../plan/manifests/render-directory.ts";
import { PLACEHOLDER_LABEL } from "../../../plan/manifests/secret-references.ts";
import type { Plan } from "../../../plan/plan.ts";

interface References {
  readonly generators: readonly {
    readonly name: string;
    readonly type: string;
    readonly inputs: Readonly<Record<string, string>>;
  }[];
  readonly references: readonly {
    readonly reference: string;
    readonly places: readonly { readonly file: string; readonly field: readonly string[] }[];
  }[];
}

type Tree = { [key: string]: Tree | string };

/** A directory of rendered manifests whose Secrets contain generated values. */
export interface RenderedManifests {
  readonly directory: string;
  readonly remove: () => void;
}

/** Renders a plan and fills in its Secrets; values that are not in `values` are generated. */
export function renderFilledManifests(plan: Plan, values: Map<string, string>): RenderedManifests {
  const rendered = renderUnfilledManifests(plan);
  const { directory } = rendered;
  const index = parse(readFileSync(join(directory, "secrets.references.yaml"), "utf8")) as References;
  const generator = new SecretGenerator(index, values);
  for (const { reference, places } of index.references) {
    for (const { file, field } of places)
      setField(join(directory, file), field, generator.valueOf(reference));
  }
  return rendered;
}

/** Renders without filling in the Secrets. */
export function renderUnfilledManifests(plan: Plan): RenderedManifests {
  const parent = mkdtempSync(join(tmpdir(), "spacetime-vr-manifests-"));
  const directory = join(parent, plan.environment);
  renderPlanToDirectory(plan, directory);
  return { directory, remove: () => rmSync(parent, { recursive: true, force: true }) };
}

/** Generates the referenced values of a rendering, each once. */
class SecretGenerator {
  readonly #generators: ReadonlyMap<string, References["generators"][number]>;
  readonly #values: Map<string, string>;

  constructor(index: References, values: Map<string, string>) {
    this.#generators = new Map(index.generators.map((generator) => [generator.name, generator]));
    this.#values = values;
  }

  valueOf(reference: string): string {
    const value = this.#values.get(reference) ?? this.#generate(reference);
    this.#values.set(reference, value);
    return value;
  }

  #generate(reference: string): string {
    const { type, inputs } = this.#generatorOf(reference);
    switch (type) {
      case "random:index/randomBytes:RandomBytes":
        return randomBytes(32).toString("base64");
      case "tls:index/privateKey:PrivateKey":
        return generateKeyPairSync("ec", { namedCurve: "P-256" })
          .privateKey.export({ type: "pkcs8", format: "pem" })
          .toString();
      // The API server checks that certificate and key match, but not the issuer.
      case "tls:index/selfSignedCert:SelfSignedCert":
        return createSelfSignedCertificate(this.valueOf(inputs.privateKeyPem ?? ""));
      case "tls:index/locallySignedCert:LocallySignedCert": {
        const request = this.#generatorOf(inputs.certRequestPem ?? "");
        return createSelfSignedCertificate(this.valueOf(request.inputs.privateKeyPem ?? ""));
      }
      default:
        throw new Error(`Nothing generates ${reference} (its generator's type is ${type}).`);
    }
  }

  #generatorOf(reference: string): References["generators"][number] {
    const name = /^ref\+generated:\/\/([^/]+)\//.exec(reference)?.[1] ?? "";
    const generator = this.#generators.get(name);
    if (generator === undefined) throw new Error(`The index names no generator for ${reference}.`);
    return generator;
  }
}

function createSelfSignedCertificate(key: string): string {
  const directory = mkdtempSync(join(tmpdir(), "spacetime-vr-key-"));
  const file = join(directory, "tls.key");
  writeFileSync(file, key, { mode: 0o600 });
  try {
    const args = ["req", "-x509", "-new", "-key", file, "-subj", "/CN=spacetime-vr", "-days", "1"];
    return execFileSync("openssl", args, { encoding: "utf8" });
  } finally {
    rmSync(directory, { recursive: true });
  }
}

function setField(file: string, field: readonly string[], value: string): void {
  const object = parse(readFileSync(file, "utf8")) as Tree;
  const parents = field.slice(0, -1).reduce((tree, key) => tree[key] as Tree, object);
  parents[field.at(-1) ?? ""] = value;
  delete ((object.metadata as Tree).labels as Tree)[PLACEHOLDER_LABEL];
  writeFileSync(file, stringify(object));
}
