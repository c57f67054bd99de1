import { didYouMean } from "../../components/config/did-you-mean.ts";
import { formatValue } from "../../components/config/variables/format-value.ts";
import { VARIABLES } from "../../components/config/variables/index.ts";
import { defaultInEnvironment } from "../../components/config/variables/resolve-variables.ts";
import type { PlainValue, VariableDefinition } from "../../components/config/variables/types.ts";
import { ENVIRONMENTS, type Environment } from "../../components/shared/environments.ts";
import type { Problem } from "../../components/shared/errors.ts";

/** A process environment, or what a test puts in its place. */
export type Env = Readonly<Record<string, string | undefined>>;

const REMEDY = "Correct it in the server's environment; `config env` writes a right one.";

/**
 * Reads the catalogue's variables from an environment by their types. A wrong one becomes a problem and a harmless value
 * in its place, so that one error can hold all problems.
 */
export class SettingsReader {
  readonly environment: Environment;
  readonly problems: Problem[] = [];
  /** The names that were asked for. */
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

  /** A text that may be absent: a host without which the server goes on alone. */
  optionalText(name: string): string | undefined {
    const found = this.text(name, "");
    return found === "" ? undefined : found;
  }

  list(name: string): readonly string[] {
    const found = this.text(name);
    return found === "" ? [] : found.split(",");
  }

  /** A secret: never shown, not even in a problem. `needed` says by whom; undefined when nothing needs it. */
  secret(name: string, options: { readonly needed?: string; readonly minimum: number }): string | undefined {
    this.readNames.add(name);
    const found = this.#env[name];
    if (found === undefined || found === "") {
      if (options.needed !== undefined) {
        this.addProblem(name, `is missing: ${options.needed} needs it`, "Hand it over as a secret.");
      }
      return undefined;
    }
    if (found.length < options.minimum) {
      this.addProblem(
        name,
        `must have at least ${options.minimum} characters`,
        "Generate it: 32 random bytes.",
      );
    }
    return found;
  }

  addProblem(subject: string, rule: string, remedy: string, value?: string): void {
    this.problems.push({ subject, rule, remedy, ...(value === undefined ? {} : { value }) });
  }

  /** Variables of the game server's kind that the catalogue does not know, each with the name that was perhaps meant. */
  describeUnknownVariables(): readonly string[] {
    return Object.keys(this.#env)
      .filter((name) => name.startsWith("GODOT_") && !VARIABLES.has(name))
      .map(
        (name) =>
          `${name} is not a variable of the game server. ${didYouMean(name, [...VARIABLES.keys()]) ?? ""}`,
      );
  }

  #plain(name: string, harmless: PlainValue, fallback: PlainValue | undefined): PlainValue {
    this.readNames.add(name);
    const definition = VARIABLES.get(name);
    if (definition === undefined) throw new Error(`${name} is not in the catalogue of variables`);
    const text = this.#env[name];
    if (text === undefined || (text === "" && !allowsEmpty(definition))) {
      return fallback ?? this.#default(definition) ?? harmless;
    }
    const value = parseValue(definition, text);
    const result = formatValue(definition.type, value);
    if (result.ok) return value;
    this.addProblem(name, result.rule, REMEDY, text);
    return harmless;
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
