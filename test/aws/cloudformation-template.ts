import { readFileSync } from "node:fs";
import {
  type CollectionTag,
  isMap,
  type Node,
  parse,
  type ScalarTag,
  type YAMLMap,
  type YAMLSeq,
} from "yaml";

/** Any value of a resolved template. */
// biome-ignore lint/suspicious/noExplicitAny: a CloudFormation template has no static type
type Value = any;

const FUNCTIONS = ["Ref", "Sub", "GetAtt", "If", "Equals", "Not", "Select", "Split"] as const;

interface Call {
  readonly fn: (typeof FUNCTIONS)[number];
  readonly argument: Value;
}

function isCall(value: Value): value is Call {
  return typeof value === "object" && value !== null && "fn" in value && "argument" in value;
}

/** Reads the short forms (`!Sub …`) as calls, which `resolveTemplate` evaluates. */
const CUSTOM_TAGS = FUNCTIONS.flatMap((fn): (ScalarTag | CollectionTag)[] => [
  { tag: `!${fn}`, resolve: (text: string) => ({ fn, argument: text }) },
  {
    tag: `!${fn}`,
    collection: "seq",
    resolve: (sequence: YAMLMap | YAMLSeq) => ({ fn, argument: plain(sequence) }),
  },
]);

/** The value of a parsed collection, whose scalars may be calls. */
function plain(node: Node | Value): Value {
  if (node === null || typeof node !== "object" || !("items" in node)) {
    return node !== null && typeof node === "object" && "value" in node ? node.value : node;
  }
  const items = node.items as Value[];
  if (!isMap(node)) return items.map(plain);
  return Object.fromEntries(items.map(({ key, value }) => [plain(key), plain(value)]));
}

/** The part of a template that the tests evaluate. */
export interface Template {
  readonly Parameters: Readonly<
    Record<string, { readonly Default?: string; readonly AllowedPattern?: string }>
  >;
  readonly Resources: Readonly<Record<string, { readonly Type: string; readonly Properties: Value }>>;
}

const PSEUDO_PARAMETERS: Readonly<Record<string, string>> = {
  "AWS::Partition": "aws",
  "AWS::AccountId": "471112345678",
  "AWS::Region": "eu-central-1",
};

/** The attributes of resources that the template refers to; the physical ids are examples of the form that AWS returns. */
function attribute(template: Value, name: string, key: string): string {
  const { Type, Properties } = template.Resources[name] ?? {};
  const account = PSEUDO_PARAMETERS["AWS::AccountId"];
  switch (`${Type}.${key}`) {
    case "AWS::S3::Bucket.Arn":
      return `arn:aws:s3:::spacetime-vr-state-${account}`;
    case "AWS::S3::Bucket.Ref":
      return `spacetime-vr-state-${account}`;
    case "AWS::KMS::Key.Arn":
      return `arn:aws:kms:eu-central-1:${account}:key/${name}`;
    case "AWS::ECR::Repository.Arn":
      return `arn:aws:ecr:eu-central-1:${account}:repository/${Properties.RepositoryName}`;
    case "AWS::IAM::ManagedPolicy.Ref":
      return `arn:aws:iam::${account}:policy/${Properties.ManagedPolicyName}`;
    case "AWS::IAM::OIDCProvider.Ref":
      return `arn:aws:iam::${account}:oidc-provider/token.actions.githubusercontent.com`;
    default:
      return `${name}.${key}`;
  }
}

/** Evaluates the intrinsic functions of a template for given parameters, as CloudFormation does. */
export function resolveTemplate(path: string, parameters: Readonly<Record<string, string>>): Template {
  const template = parse(readFileSync(path, "utf8"), { customTags: CUSTOM_TAGS });
  const values: Record<string, string> = { ...PSEUDO_PARAMETERS };
  for (const [name, { Default, AllowedPattern }] of Object.entries<Value>(template.Parameters)) {
    const value = parameters[name] ?? Default;
    if (value === undefined) throw new Error(`${path}: parameter ${name} has no value.`);
    if (AllowedPattern && !new RegExp(`^(?:${AllowedPattern})$`).test(value))
      throw new Error(`${path}: parameter ${name} does not allow ${JSON.stringify(value)}.`);
    values[name] = value;
  }
  const context: Context = { template, values };
  return { ...template, Resources: resolve(template.Resources, context) };
}

interface Context {
  readonly template: Value;
  readonly values: Readonly<Record<string, string>>;
}

/** `AWS::NoValue` removes the property or list item. */
const NO_VALUE = Symbol("AWS::NoValue");

function resolve(value: Value, context: Context): Value {
  if (isCall(value)) return evaluate(value, context);
  if (Array.isArray(value))
    return value.map((item) => resolve(item, context)).filter((item) => item !== NO_VALUE);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .map(([key, inner]) => [key, resolve(inner, context)] as const)
      .filter(([, inner]) => inner !== NO_VALUE),
  );
}

function reference(name: string, context: Context): string | typeof NO_VALUE {
  if (name === "AWS::NoValue") return NO_VALUE;
  return context.values[name] ?? attribute(context.template, name, "Ref");
}

function evaluate({ fn, argument }: Call, context: Context): Value {
  switch (fn) {
    case "Ref":
      return reference(argument, context);
    case "GetAtt": {
      const [name = "", key = ""] = String(argument).split(".");
      return attribute(context.template, name, key);
    }
    case "Sub":
      return substitute(argument, context);
    case "If": {
      const [condition, whenTrue, whenFalse] = argument;
      return resolve(
        evaluate(context.template.Conditions[condition], context) ? whenTrue : whenFalse,
        context,
      );
    }
    case "Equals": {
      const [left, right] = resolve(argument, context);
      return left === right;
    }
    case "Not":
      return !resolve(argument, context)[0];
    case "Select": {
      const [index, list] = resolve(argument, context);
      return list[Number(index)];
    }
    case "Split": {
      const [separator, text] = resolve(argument, context);
      return text.split(separator);
    }
    default: {
      const exhaustive: never = fn;
      return exhaustive;
    }
  }
}

function substitute(argument: Value, context: Context): string {
  const [text, variables] = Array.isArray(argument) ? argument : [argument, {}];
  const local = resolve(variables, context);
  return text.replaceAll(/\$\{([\w:.]+)\}/g, (_: string, name: string) => {
    if (name in local) return local[name];
    const [resource = "", key] = name.includes("::") ? [name] : name.split(".");
    return key === undefined ? reference(resource, context) : attribute(context.template, resource, key);
  });
}
