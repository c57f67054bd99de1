import { didYouMean } from "../../components/config/did-you-mean.ts";
import { formatValue } from "../../components/config/variables/format-value.ts";
import { VARIABLES } from "../../components/config/variables/index.ts";
import { defaultInEnvironment } from "../../components/config/variables/resolve-variables.ts";
import type { PlainValue, VariableDefinition } from "../../components/config/variables/types.ts";
import { ENVIRONMENTS, type Environment } from "../../components/shared/environments.ts";
import type { Problem } from "../../components/shared/errors.ts";

/** A process environment, or a substitute in tests. */
export type Env = Readonly<Record<string, string | undefined>>;

const REMEDY = "Correct it in the environment of the server; `config env` generates a valid one.";

/**
 * Reads the catalogue's variables from an environment by type. An invalid value is recorded as a problem and replaced by a
 * default, so that one error can report all problems.
 */
export class SettingsReader {
  readonly environment: Environment;
  readonly problems: Problem[] = [];
  /** The names of all variables that were read. */
  readonly readNames = new Set<string>();
  readonly #env: Env;

  constructor(env: Env) {
    this.#env = env;
    const name = this.text("GODOT_ENV", "local");
    this.environment = ENVIRONMENTS.find((known) => known === name) ?? "local";
  }

  boolean(name: string, fallback?: boolean): boolean {
    return this.#plain(name, fallback ?? false, fallback) === true;
  }

  integer(name: string, fallback?: number): number {
    return Number(this.#plain(name, 1, fallback));
  }

  text(name: string, fallback?: string): string {
    return String(this.#plain(name, "", fallback));
  }

  /** A text that may be absent, such as an optional host. */
  optionalText(name: string): string | undefined {
    const found = this.text(name, "");
    return found === "" ? undefined : found;
  }

  list(name: string): readonly string[] {
    const found = this.text(name);
    return found === "" ? [] : found.split(",");
  }

  /** A secret, whose value never appears in a problem. `requiredBy` names the setting that requires it. */
  secret(
    name: string,
    options: { readonly requiredBy?: string; readonly minimum: number },
  ): string | undefined {
    this.readNames.add(name);
    const found = this.#env[name];
    if (found === undefined || found === "") {
      if (options.requiredBy !== undefined) {
        this.addProblem(name, `is missing but required by ${options.requiredBy}`, "Set it from a Secret.");
      }
      return undefined;
    }
    if (found.length < options.minimum) {
      this.addProblem(
        name,
        `must have at least ${options.minimum} characters`,
        "Generate 32 random bytes: openssl rand -base64 32",
      );
    }
    return found;
  }

  addProblem(subject: string, rule: string, remedy: string, value?: string): void {
    this.problems.push({ subject, rule, remedy, ...(value === undefined ? {} : { value }) });
  }

  /** One warning per GODOT_* variable that is not in the catalogue, with the closest known name. */
  describeUnknownVariables(): readonly string[] {
    return Object.keys(this.#env)
      .filter((name) => name.startsWith("GODOT_") && !VARIABLES.has(name))
      .map(
        (name) =>
          `${name} is not a known game-server variable. ${didYouMean(name, [...VARIABLES.keys()]) ?? ""}`,
      );
  }

  #plain(name: string, placeholder: PlainValue, fallback: PlainValue | undefined): PlainValue {
    this.readNames.add(name);
    const definition = VARIABLES.get(name);
    if (definition === undefined) throw new Error(`${name} is not in the catalogue of variables`);
    const text = this.#env[name];
    if (text === undefined || (text === "" && !allowsEmpty(definition))) {
      return fallback ?? this.#default(definition) ?? placeholder;
    }
    const value = parseValue(definition, text);
    const result = formatValue(definition.type, value);
    if (result.ok) return value;
    this.addProblem(name, result.rule, REMEDY, text);
    return placeholder;
  }

  #default({ source }: VariableDefinition): PlainValue | undefined {
    return source.kind === "setting" ? defaultInEnvironment(source.default, this.environment) : undefined;
  }
}

function allowsEmpty({ type }: VariableDefinition): boolean {
  return type.kind === "list" && type.allowEmpty;
}

function parseValue({ type }: VariableDefinition, text: string): PlainValue {
  switch (type.kind) {
    case "boolean":
      return text === "true" || text === "false" ? text === "true" : text;
    case "integer":
    case "port":
      return /^\d{1,15}$/.test(text) ? Number(text) : text;
    default:
      return text;
  }
}
