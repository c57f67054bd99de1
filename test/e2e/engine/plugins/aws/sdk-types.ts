import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import ts from "typescript";

/** An argument of a resource type, or a property of one of its nested objects. */
export interface SdkProperty {
  readonly required: boolean;
  /** The shape of the value; undefined if it may be of several. */
  readonly kind?: "string" | "number" | "boolean" | "list" | "map" | "object";
  /** The nested type of an object or of the elements of a list, such as `eks.ClusterVpcConfig`. */
  readonly nested?: string;
}

export type SdkProperties = Readonly<Record<string, SdkProperty>>;

/** The arguments of resource types and their nested types, as the installed SDK declares them. */
export interface SdkTypes {
  readonly resources: Readonly<Record<string, SdkProperties>>;
  readonly nested: Readonly<Record<string, SdkProperties>>;
}

/** Reads the typings of the installed `@pulumi/aws`, so that no property is typed by hand. */
export function readSdkTypes(root: string, tokens: readonly string[]): SdkTypes {
  const resources = Object.fromEntries(tokens.map((token) => [token, readArguments(root, token)]));
  const declared = readNestedTypes(join(root, "types", "input.d.ts"));
  const nested: Record<string, SdkProperties> = {};
  const add = (properties: SdkProperties): void => {
    for (const { nested: name } of Object.values(properties)) {
      if (name === undefined || nested[name] !== undefined) continue;
      const found = declared.get(name);
      if (found === undefined) throw new Error(`${root} declares no input type ${name}.`);
      nested[name] = propertiesOf(found);
      add(nested[name]);
    }
  };
  for (const properties of Object.values(resources)) add(properties);
  return { resources, nested };
}

/** The directory of the installed SDK. */
export function sdkDirectory(): string {
  return dirname(join(process.cwd(), "node_modules", "@pulumi", "aws", "package.json"));
}

/** `aws:eks/cluster:Cluster` is declared in `eks/cluster.d.ts` as `ClusterArgs`. */
function readArguments(root: string, token: string): SdkProperties {
  const [, module = "", name = ""] = token.split(":");
  const file = join(root, `${module}.d.ts`);
  const found = parse(file).statements.find(
    (statement): statement is ts.InterfaceDeclaration =>
      ts.isInterfaceDeclaration(statement) && statement.name.text === `${name}Args`,
  );
  if (found === undefined) throw new Error(`${file} declares no ${name}Args.`);
  return propertiesOf(found);
}

function readNestedTypes(file: string): ReadonlyMap<string, ts.InterfaceDeclaration> {
  const types = new Map<string, ts.InterfaceDeclaration>();
  const visit = (statements: readonly ts.Statement[], prefix: string): void => {
    for (const statement of statements) {
      if (ts.isInterfaceDeclaration(statement)) types.set(`${prefix}${statement.name.text}`, statement);
      if (ts.isModuleDeclaration(statement) && statement.body && ts.isModuleBlock(statement.body))
        visit(statement.body.statements, `${prefix}${statement.name.text}.`);
    }
  };
  visit(parse(file).statements, "");
  return types;
}

function parse(file: string): ts.SourceFile {
  return ts.createSourceFile(file, readFileSync(file, "utf8"), ts.ScriptTarget.Latest, true);
}

function propertiesOf(declaration: ts.InterfaceDeclaration): SdkProperties {
  return Object.fromEntries(
    declaration.members.filter(ts.isPropertySignature).map((member) => [
      member.name.getText(),
      {
        required: member.questionToken === undefined,
        ...shapeAndNested(member.type?.getText() ?? ""),
      },
    ]),
  );
}

/** The shape of `pulumi.Input<…>`; unions of several shapes have none. */
function shapeAndNested(type: string): Pick<SdkProperty, "kind" | "nested"> {
  const [, nested] = /\binputs\.([\w.]+)/.exec(type) ?? [];
  const optional = /\s*\|\s*undefined$/;
  const inner = type
    .replace(optional, "")
    .replace(/^pulumi\.Input<([\s\S]*)>$/, "$1")
    .replace(optional, "");
  const kind = kindOf(inner);
  return { ...(kind === undefined ? {} : { kind }), ...(nested === undefined ? {} : { nested }) };
}

function kindOf(type: string): SdkProperty["kind"] | undefined {
  if (type === "string" || type === "number" || type === "boolean") return type;
  if (/\[\]$/.test(type)) return "list";
  if (/^\{\s*\[key: string\]/.test(type)) return "map";
  return /^inputs\.[\w.]+$/.test(type) ? "object" : undefined;
}
