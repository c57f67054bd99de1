import type { Config } from "./config.ts";
import { VARIABLE_CATEGORIES } from "./variables/index.ts";
import { getVariable } from "./variables/read-variable.ts";
import type { ResolvedVariable, VariableDefinition, VariableType } from "./variables/types.ts";

/** How an `.env` file is rendered. */
export interface EnvFileOptions {
  /** A file to commit and to fill in: every variable with its description, secrets as empty assignments. */
  readonly template: boolean;
}

/** Comments end where the reference's lines do, so that a terminal shows them whole. */
const COMMENT_WIDTH = 110;

/**
 * The game server's environment as an `.env` file, the same for docker, systemd and POSIX shells. Nothing is quoted,
 * because docker knows no quotes; the catalogue admits only values that need none. No secret stands in it.
 */
export function renderEnvFile(config: Config, options: EnvFileOptions): string {
  const sections = VARIABLE_CATEGORIES.map(({ title, variables }) =>
    [`# --- ${title}`, ...variables.flatMap((definition) => variableLines(config, definition, options))].join(
      "\n",
    ),
  );
  return `${[fileHeader(config, options), ...sections].join("\n\n")}\n`;
}

function fileHeader({ environment }: Config, { template }: EnvFileOptions): string {
  const command = `spacetime-vr config env ${environment}${template ? " --template" : ""}`;
  const secrets = template
    ? "Secrets are left empty: fill them in a copy that no repository sees, mode 0600."
    : "Secrets are not in it: add them from where their comments say, mode 0600.";
  return [
    `# Environment of the SpaceTime VR game server, ${environment}.`,
    `# Made by: ${command}`,
    `# ${secrets}`,
  ].join("\n");
}

function variableLines(config: Config, definition: VariableDefinition, options: EnvFileOptions): string[] {
  const resolved = getVariable(config, definition.name);
  const description = options.template
    ? wrapComment(`${definition.description} ${describeSource(resolved)}`)
    : [];
  return [...description, assignment(resolved, options)];
}

function assignment(resolved: ResolvedVariable, { template }: EnvFileOptions): string {
  const { name } = resolved.definition;
  if (resolved.kind === "plain") return `${name}=${resolved.value}`;
  if (template) return `${name}=`;
  const source =
    resolved.kind === "secret" ? `the generated secret ${resolved.secret}` : "known only to the deployment";
  return `# ${name}: ${source}`;
}

function describeSource(resolved: ResolvedVariable): string {
  if (resolved.kind === "secret") return `(the generated secret ${resolved.secret})`;
  const { source, type } = resolved.definition;
  if (source.kind !== "derived") return `(${describeType(type)})`;
  return source.from === undefined ? "(fixed by the deployment)" : `(follows ${source.from})`;
}

/** A type in words, for comments and for the reference. */
export function describeType(type: VariableType): string {
  switch (type.kind) {
    case "boolean":
      return "true or false";
    case "integer":
      return `${type.minimum} to ${type.maximum}`;
    case "port":
      return "port";
    case "choice":
      return type.choices.join(", ");
    case "text":
      return `such as ${type.example}`;
    case "list":
      return `comma-separated, such as ${type.example}${type.allowEmpty ? "; may be empty" : ""}`;
  }
}

function wrapComment(text: string): string[] {
  const rows: string[] = [];
  let row = "#";
  for (const word of text.split(" ")) {
    if (row.length + word.length + 1 > COMMENT_WIDTH) {
      rows.push(row);
      row = "#";
    }
    row = `${row} ${word}`;
  }
  return [...rows, row];
}
