import type { PolicyContext } from "../context.ts";
import type { InputNode } from "../input-node.ts";
import { AWS_TYPES, resourcesOfTypes } from "./aws.ts";

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
  readonly hasNotPrincipal: boolean;
  /** Whether its condition names the account or organization that callers belong to. */
  readonly isLimitedToAccount: boolean;
}

/** A policy document of a resource: where it stands, and what it says; `undefined` where the text is no document. */
export interface IamDocument {
  readonly node: InputNode;
  readonly statements: readonly IamStatement[] | undefined;
}

/** Where each type of resource keeps its documents. */
const IDENTITY_POLICY_TYPES = [AWS_TYPES.managedPolicy, AWS_TYPES.rolePolicy] as const;

const RESOURCE_POLICY_TYPES = [
  AWS_TYPES.bucketPolicy,
  AWS_TYPES.keyPolicy,
  AWS_TYPES.registryPolicy,
  AWS_TYPES.secretPolicy,
  AWS_TYPES.topicPolicy,
] as const;

/** The documents that say what a role may do. */
export function identityPolicies(context: PolicyContext): readonly IamDocument[] {
  const inline = context.ofType(AWS_TYPES.role).flatMap((role) => role.at("inlinePolicies").items);
  return [...resourcesOfTypes(context, ...IDENTITY_POLICY_TYPES), ...inline].map((place) =>
    readDocument(place.at("policy")),
  );
}

/** The ARNs of the policies that roles have by name: their documents are AWS' or the account's own. */
export function attachedPolicies(context: PolicyContext): readonly InputNode[] {
  return [
    ...context.ofType(AWS_TYPES.roleAttachment).map((attachment) => attachment.at("policyArn")),
    ...context.ofType(AWS_TYPES.role).flatMap((role) => role.at("managedPolicyArns").items),
  ];
}

/** The documents that say who may take on a role. */
export function trustPolicies(context: PolicyContext): readonly IamDocument[] {
  return context.ofType(AWS_TYPES.role).map((role) => readDocument(role.at("assumeRolePolicy")));
}

/** The documents that say who may use a bucket, a key, a topic, an image registry or a secret. */
export function resourcePolicies(context: PolicyContext): readonly IamDocument[] {
  const own = resourcesOfTypes(context, ...RESOURCE_POLICY_TYPES).map((resource) => resource.at("policy"));
  // A key without one has AWS' own, which names the account.
  const keys = context.ofType(AWS_TYPES.key).map((key) => key.at("policy"));
  return [...own, ...keys.filter((policy) => policy.isSetOrUnknown)].map(readDocument);
}

function readDocument(node: InputNode): IamDocument {
  const { text } = node;
  return { node, statements: text === undefined ? undefined : parseStatements(text) };
}

function parseStatements(text: string): readonly IamStatement[] | undefined {
  try {
    const { Statement: statements } = JSON.parse(text) as { Statement?: unknown };
    if (statements === undefined) return undefined;
    return toList(statements).map((statement) =>
      parseStatement(statement as Readonly<Record<string, unknown>>),
    );
  } catch {
    return undefined;
  }
}

function parseStatement(statement: Readonly<Record<string, unknown>>): IamStatement {
  const { Effect, Action, NotAction, Resource, NotResource, Principal, NotPrincipal, Condition } = statement;
  return {
    effect: String(Effect),
    actions: toStrings(Action ?? NotAction),
    resources: toStrings(Resource ?? NotResource),
    principals: principalsOf(Principal ?? NotPrincipal),
    negated: NotAction !== undefined || NotResource !== undefined || NotPrincipal !== undefined,
    conditional: conditionTests(Condition).some(restrictsCallers),
    hasNotPrincipal: NotPrincipal !== undefined,
    isLimitedToAccount: conditionTests(Condition).some(
      (test) => restrictsCallers(test) && ACCOUNT_CONDITION_KEYS.has(test.key),
    ),
  };
}

/** Condition keys that hold whoever asks, so that they narrow nothing. */
const UNRESTRICTIVE_CONDITION_KEYS: ReadonlySet<string> = new Set(["aws:securetransport", "s3:tlsversion"]);

/** Condition keys that say whose account or organization a caller belongs to. */
const ACCOUNT_CONDITION_KEYS: ReadonlySet<string> = new Set([
  "aws:principalaccount",
  "aws:principalorgid",
  "aws:sourceaccount",
  "aws:sourceowner",
  "kms:calleraccount",
]);

interface ConditionTest {
  readonly operator: string;
  /** In lower case: IAM tells no cases apart here. */
  readonly key: string;
  readonly values: readonly string[];
}

function conditionTests(condition: unknown): readonly ConditionTest[] {
  return Object.entries(
    (condition ?? {}) as Readonly<Record<string, Readonly<Record<string, unknown>>>>,
  ).flatMap(([operator, keys]) =>
    Object.entries(keys).map(([key, values]) => ({
      operator,
      key: key.toLowerCase(),
      values: toStrings(values),
    })),
  );
}

/** Whether a test leaves somebody out. */
function restrictsCallers({ operator, key, values }: ConditionTest): boolean {
  return (
    !UNRESTRICTIVE_CONDITION_KEYS.has(key) && !values.includes("*") && !/^(Null|.*Not.*)$/.test(operator)
  );
}

function principalsOf(principal: unknown): readonly string[] {
  if (typeof principal !== "object" || principal === null) return toStrings(principal);
  return Object.values(principal).flatMap(toStrings);
}

const toList = (value: unknown): readonly unknown[] =>
  value === undefined ? [] : Array.isArray(value) ? value : [value];
const toStrings = (value: unknown): readonly string[] => toList(value).map(String);
