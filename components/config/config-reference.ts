import { ENVIRONMENTS } from "../shared/environments.ts";
import { CHECKS } from "./checks/index.ts";
import { CONFIG_NAMESPACE } from "./config-path.ts";
import { describeType } from "./env-file.ts";
import { type JsonSchema, stackJsonSchema } from "./schema/json-schema.ts";
import { VARIABLE_CATEGORIES, VARIABLES } from "./variables/index.ts";
import { defaultInEnvironment } from "./variables/resolve-variables.ts";
import type { VariableDefinition } from "./variables/types.ts";

/** The reference of everything that can be configured, as markdown; `docs/reference/config.md` is its output. */
export function renderConfigReference(): string {
  const parts = [
    "# Configuration reference",
    "<!-- Made by `npm run config -- docs --force --output docs/reference/config.md`; change the catalogue, not this page. -->",
    `What \`Pulumi.<environment>.yaml\` may hold, the ${VARIABLES.size} variables of the game server, and the ${CHECKS.length} checks of \`config validate\`. How to use them: [Configuration](../configuration.md).`,
    ...stackFileSection(),
    ...variablesSection(),
    ...checksSection(),
  ];
  return `${parts.join("\n\n")}\n`;
}

type Row = readonly string[];

function markdownTable(head: Row, rows: readonly Row[]): string {
  const line = (cells: Row) => `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}

const inlineCode = (text: string) => `\`${text}\``;

function stackFileSection(): string[] {
  const sections = Object.entries(stackJsonSchema().properties ?? {});
  return [
    "## The stack file",
    `Each key stands under \`config\` with the prefix \`${CONFIG_NAMESPACE}:\`. Keys with an asterisk are required. An unknown key anywhere is an error.`,
    ...sections.flatMap(([key, node]) => {
      const required = stackJsonSchema().required?.includes(key) === true;
      const heading = `### ${inlineCode(`${CONFIG_NAMESPACE}:${key}`)}${required ? " *" : ""}`;
      const rows = schemaRows(node, "");
      const text = toSentence(node.description ?? "");
      return rows.length === 0
        ? [heading, `${text} ${describeScalarSection(node)}`.trim()]
        : [heading, text, markdownTable(["key", "form", "meaning"], rows)];
    }),
  ];
}

function describeScalarSection(node: JsonSchema): string {
  if (node.propertyNames?.enum === undefined) return "Encrypted text (`pulumi config set --secret`).";
  return `A whole number from 1 up for any of ${node.propertyNames.enum.map(inlineCode).join(", ")}.`;
}

function toSentence(text: string): string {
  return text === "" ? "" : `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

/** The rows below a node: its properties, the alternatives of a union each after its `kind`, the items of a list. */
function schemaRows(node: JsonSchema, prefix: string): Row[] {
  if (node.items !== undefined && node.items.type === "object") return schemaRows(node.items, `${prefix}[]`);
  if (node.oneOf !== undefined) return node.oneOf.flatMap((option) => unionOptionRows(option, prefix));
  return Object.entries(node.properties ?? {}).flatMap(([key, inner]) => {
    const path = prefix === "" ? key : `${prefix}.${key}`;
    const required = node.required?.includes(key) === true && inner.const === undefined;
    const own: Row = [
      `${inlineCode(path)}${required ? " *" : ""}`,
      describeSchemaType(inner),
      inner.description ?? "",
    ];
    return [own, ...schemaRows(inner, path)];
  });
}

/** The rows of one alternative of a union, each naming the `kind` it belongs to. */
function unionOptionRows(option: JsonSchema, prefix: string): Row[] {
  const kind = inlineCode(option.properties?.kind?.const ?? "");
  return schemaRows(option, prefix).map(([key = "", shape = "", meaning = ""]) => [
    key,
    shape,
    shape === kind ? meaning : `with ${kind}: ${meaning}`,
  ]);
}

function describeSchemaType(node: JsonSchema): string {
  if (node.const !== undefined) return inlineCode(node.const);
  if (node.enum !== undefined) return node.enum.map(inlineCode).join(" or ");
  if (node.oneOf !== undefined) return "mapping with `kind`";
  if (node.items !== undefined) return "list";
  if (node.type === "integer") return `${node.minimum} to ${node.maximum}`;
  return node.type === "object" ? "mapping" : "text";
}

function variablesSection(): string[] {
  return [
    "## The game server's variables",
    `Settings are overridden under \`${CONFIG_NAMESPACE}:gameServer.variables\`. A value consists of letters, digits and \`. _ - / : , @ % + = *\`, so that it means the same in a ConfigMap, in docker, in systemd and in a shell.`,
    ...VARIABLE_CATEGORIES.flatMap(({ title, variables: ofCategory }) => [
      `### ${title}`,
      markdownTable(["variable", "value", "form", "meaning"], ofCategory.map(variableRow)),
    ]),
  ];
}

function variableRow(definition: VariableDefinition): Row {
  const { name, source, description } = definition;
  const also = definition.readers.filter((reader) => reader !== "game-server");
  const readers = also.length === 0 ? "" : ` Read by ${also.join(" and ")} too.`;
  const form = source.kind === "secret" ? "secret" : describeType(definition.type);
  return [inlineCode(name), describeValue(definition), form, `${description}${readers}`];
}

function describeValue({ source }: VariableDefinition): string {
  switch (source.kind) {
    case "secret":
      return `generated secret ${inlineCode(source.secret)}`;
    case "derived":
      return source.from === undefined ? "fixed by the deployment" : `from ${inlineCode(source.from)}`;
    case "setting":
      return describeDefaults(
        ENVIRONMENTS.map((environment) => String(defaultInEnvironment(source.default, environment))),
      );
  }
}

function describeDefaults(values: readonly string[]): string {
  const shown = values.map((value) => (value === "" ? "empty" : inlineCode(value)));
  if (new Set(values).size === 1) return shown[0] ?? "";
  return ENVIRONMENTS.map((environment, index) => `${environment}: ${shown[index]}`).join("<br>");
}

function checksSection(): string[] {
  return [
    "## The checks of `config validate`",
    markdownTable(
      ["check", "passes when"],
      CHECKS.map(({ id, title }) => [inlineCode(id), title]),
    ),
  ];
}
