import { ENVIRONMENTS } from "../shared/environments.ts";
import { CHECKS } from "./checks/index.ts";
import { typeWords } from "./env-file.ts";
import { type SchemaNode, schemaTree } from "./schema-tree.ts";
import { NAMESPACE } from "./subject.ts";
import { CATEGORIES, VARIABLES } from "./variables/index.ts";
import { defaultFor } from "./variables/resolve.ts";
import type { VariableDefinition } from "./variables/types.ts";

/** The reference of everything that can be configured, as markdown; `docs/reference/config.md` is its output. */
export function renderReference(): string {
  const parts = [
    "# Configuration reference",
    "<!-- Made by `npm run config -- docs --force --output docs/reference/config.md`; change the catalogue, not this page. -->",
    `What \`Pulumi.<environment>.yaml\` may hold, the ${VARIABLES.size} variables of the game server, and the ${CHECKS.length} checks of \`config validate\`. How to use them: [Configuration](../configuration.md).`,
    ...stackFile(),
    ...variables(),
    ...checks(),
  ];
  return `${parts.join("\n\n")}\n`;
}

type Row = readonly string[];

function table(head: Row, rows: readonly Row[]): string {
  const line = (cells: Row) => `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}

const code = (text: string) => `\`${text}\``;

function stackFile(): string[] {
  const sections = Object.entries(schemaTree().properties ?? {});
  return [
    "## The stack file",
    `Each key stands under \`config\` with the prefix \`${NAMESPACE}:\`. Keys with an asterisk are required. An unknown key anywhere is an error.`,
    ...sections.flatMap(([key, node]) => {
      const required = schemaTree().required?.includes(key) === true;
      const heading = `### ${code(`${NAMESPACE}:${key}`)}${required ? " *" : ""}`;
      const rows = rowsOf(node, "");
      const text = sentence(node.description ?? "");
      return rows.length === 0
        ? [heading, `${text} ${plainForm(node)}`.trim()]
        : [heading, text, table(["key", "form", "meaning"], rows)];
    }),
  ];
}

function plainForm(node: SchemaNode): string {
  if (node.propertyNames?.enum === undefined) return "Encrypted text (`pulumi config set --secret`).";
  return `A whole number from 1 up for any of ${node.propertyNames.enum.map(code).join(", ")}.`;
}

function sentence(text: string): string {
  return text === "" ? "" : `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

/** The rows below a node: its properties, the alternatives of a union each after its `kind`, the items of a list. */
function rowsOf(node: SchemaNode, prefix: string): Row[] {
  if (node.items !== undefined && node.items.type === "object") return rowsOf(node.items, `${prefix}[]`);
  if (node.oneOf !== undefined) return node.oneOf.flatMap((option) => alternative(option, prefix));
  return Object.entries(node.properties ?? {}).flatMap(([key, inner]) => {
    const path = prefix === "" ? key : `${prefix}.${key}`;
    const required = node.required?.includes(key) === true && inner.const === undefined;
    const own: Row = [`${code(path)}${required ? " *" : ""}`, form(inner), inner.description ?? ""];
    return [own, ...rowsOf(inner, path)];
  });
}

/** The rows of one alternative of a union, each naming the `kind` it belongs to. */
function alternative(option: SchemaNode, prefix: string): Row[] {
  const kind = code(option.properties?.kind?.const ?? "");
  return rowsOf(option, prefix).map(([key = "", shape = "", meaning = ""]) => [
    key,
    shape,
    shape === kind ? meaning : `with ${kind}: ${meaning}`,
  ]);
}

function form(node: SchemaNode): string {
  if (node.const !== undefined) return code(node.const);
  if (node.enum !== undefined) return node.enum.map(code).join(" or ");
  if (node.oneOf !== undefined) return "mapping with `kind`";
  if (node.items !== undefined) return "list";
  if (node.type === "integer") return `${node.minimum} to ${node.maximum}`;
  return node.type === "object" ? "mapping" : "text";
}

function variables(): string[] {
  return [
    "## The game server's variables",
    `Settings are overridden under \`${NAMESPACE}:gameServer.variables\`. A value consists of letters, digits and \`. _ - / : , @ % + = *\`, so that it means the same in a ConfigMap, in docker, in systemd and in a shell.`,
    ...CATEGORIES.flatMap(({ title, variables: ofCategory }) => [
      `### ${title}`,
      table(["variable", "value", "form", "meaning"], ofCategory.map(variableRow)),
    ]),
  ];
}

function variableRow(definition: VariableDefinition): Row {
  const { name, source, description } = definition;
  const also = definition.readers.filter((reader) => reader !== "game-server");
  const readers = also.length === 0 ? "" : ` Read by ${also.join(" and ")} too.`;
  const form = source.kind === "secret" ? "secret" : typeWords(definition.type);
  return [code(name), valueWords(definition), form, `${description}${readers}`];
}

function valueWords({ source }: VariableDefinition): string {
  switch (source.kind) {
    case "secret":
      return `generated secret ${code(source.secret)}`;
    case "derived":
      return source.from === undefined ? "fixed by the deployment" : `from ${code(source.from)}`;
    case "setting":
      return defaultWords(ENVIRONMENTS.map((environment) => String(defaultFor(source.default, environment))));
  }
}

function defaultWords(values: readonly string[]): string {
  const shown = values.map((value) => (value === "" ? "empty" : code(value)));
  if (new Set(values).size === 1) return shown[0] ?? "";
  return ENVIRONMENTS.map((environment, index) => `${environment}: ${shown[index]}`).join("<br>");
}

function checks(): string[] {
  return [
    "## The checks of `config validate`",
    table(
      ["check", "passes when"],
      CHECKS.map(({ id, title }) => [code(id), title]),
    ),
  ];
}
