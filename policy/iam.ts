import { AWS, ofTypes } from "./aws.ts";
import type { PolicyContext } from "./context.ts";
import type { Node } from "./node.ts";

/** One statement of an IAM policy document, with single values as lists. */
export interface IamStatement {
  readonly effect: string;
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  readonly principals: readonly string[];
  /** Whether it holds for everything but what it names. */
  readonly negated: boolean;
  readonly conditional: boolean;
  /** Whether it speaks of everybody but those that it names. */
  readonly everybodyElse: boolean;
  /** Whether its condition names the account or organization that callers belong to. */
  readonly ofAccount: boolean;
}

/** A policy document of a resource: where it stands, and what it says; `undefined` where the text is no document. */
export interface IamDocument {
  readonly node: Node;
  readonly statements: readonly IamStatement[] | undefined;
}

/** Where each type of resource keeps its documents. */
const IDENTITY_POLICIES = [AWS.managedPolicy, AWS.rolePolicy] as const;

const RESOURCE_POLICIES = [
  AWS.bucketPolicy,
  AWS.keyPolicy,
  AWS.registryPolicy,
  AWS.secretPolicy,
  AWS.topicPolicy,
] as const;

/** The documents that say what a role may do. */
export function identityPolicies(context: PolicyContext): readonly IamDocument[] {
  const inline = context.ofType(AWS.role).flatMap((role) => role.at("inlinePolicies").items);
  return [...ofTypes(context, ...IDENTITY_POLICIES), ...inline].map((place) => document(place.at("policy")));
}

/** The ARNs of the policies that roles have by name: their documents are AWS' or the account's own. */
export function attachedPolicies(context: PolicyContext): readonly Node[] {
  return [
    ...context.ofType(AWS.roleAttachment).map((attachment) => attachment.at("policyArn")),
    ...context.ofType(AWS.role).flatMap((role) => role.at("managedPolicyArns").items),
  ];
}

/** The documents that say who may take on a role. */
export function trustPolicies(context: PolicyContext): readonly IamDocument[] {
  return context.ofType(AWS.role).map((role) => document(role.at("assumeRolePolicy")));
}

/** The documents that say who may use a bucket, a key, a topic, an image registry or a secret. */
export function resourcePolicies(context: PolicyContext): readonly IamDocument[] {
  const own = ofTypes(context, ...RESOURCE_POLICIES).map((resource) => resource.at("policy"));
  // A key without one has AWS' own, which names the account.
  const keys = context.ofType(AWS.key).map((key) => key.at("policy"));
  return [...own, ...keys.filter((policy) => policy.given)].map(document);
}

function document(node: Node): IamDocument {
  const { text } = node;
  return { node, statements: text === undefined ? undefined : parse(text) };
}

function parse(text: string): readonly IamStatement[] | undefined {
  try {
    const { Statement: statements } = JSON.parse(text) as { Statement?: unknown };
    if (statements === undefined) return undefined;
    return asList(statements).map((statement) => read(statement as Readonly<Record<string, unknown>>));
  } catch {
    return undefined;
  }
}

function read(statement: Readonly<Record<string, unknown>>): IamStatement {
  const { Effect, Action, NotAction, Resource, NotResource, Principal, NotPrincipal, Condition } = statement;
  return {
    effect: String(Effect),
    actions: texts(Action ?? NotAction),
    resources: texts(Resource ?? NotResource),
    principals: principalsOf(Principal ?? NotPrincipal),
    negated: NotAction !== undefined || NotResource !== undefined || NotPrincipal !== undefined,
    conditional: tests(Condition).some(narrows),
    everybodyElse: NotPrincipal !== undefined,
    ofAccount: tests(Condition).some((test) => narrows(test) && CALLERS_ACCOUNT.has(test.key)),
  };
}

/** Condition keys that hold whoever asks, so that they narrow nothing. */
const OF_EVERYBODY: ReadonlySet<string> = new Set(["aws:securetransport", "s3:tlsversion"]);

/** Condition keys that say whose account or organization a caller belongs to. */
const CALLERS_ACCOUNT: ReadonlySet<string> = new Set([
  "aws:principalaccount",
  "aws:principalorgid",
  "aws:sourceaccount",
  "aws:sourceowner",
  "kms:calleraccount",
]);

interface Test {
  readonly operator: string;
  /** In lower case: IAM tells no cases apart here. */
  readonly key: string;
  readonly values: readonly string[];
}

function tests(condition: unknown): readonly Test[] {
  return Object.entries(
    (condition ?? {}) as Readonly<Record<string, Readonly<Record<string, unknown>>>>,
  ).flatMap(([operator, keys]) =>
    Object.entries(keys).map(([key, values]) => ({
      operator,
      key: key.toLowerCase(),
      values: texts(values),
    })),
  );
}

/** Whether a test leaves somebody out. */
function narrows({ operator, key, values }: Test): boolean {
  return !OF_EVERYBODY.has(key) && !values.includes("*") && !/^(Null|.*Not.*)$/.test(operator);
}

function principalsOf(principal: unknown): readonly string[] {
  if (typeof principal !== "object" || principal === null) return texts(principal);
  return Object.values(principal).flatMap(texts);
}

const asList = (value: unknown): readonly unknown[] =>
  value === undefined ? [] : Array.isArray(value) ? value : [value];
const texts = (value: unknown): readonly string[] => asList(value).map(String);
