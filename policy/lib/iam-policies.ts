import type { PolicyContext } from "../context.ts";
import type { InputNode } from "../input-node.ts";
import { AWS_TYPES, resourcesOfTypes } from "./aws.ts";

/** A statement of an IAM policy document; single values are converted to lists. */
export interface IamStatement {
  readonly effect: string;
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  readonly principals: readonly string[];
  /** Whether it uses NotAction or NotResource. */
  readonly negated: boolean;
  readonly conditional: boolean;
  /** Whether it uses NotPrincipal. */
  readonly hasNotPrincipal: boolean;
  /** Whether its condition restricts callers to an account or organization. */
  readonly isLimitedToAccount: boolean;
}

/** A policy document of a resource with its location; `statements` is undefined if the text is not a valid document. */
export interface IamDocument {
  readonly node: InputNode;
  readonly statements: readonly IamStatement[] | undefined;
}

/** The resource types with policy documents. */
const IDENTITY_POLICY_TYPES = [AWS_TYPES.managedPolicy, AWS_TYPES.rolePolicy] as const;

const RESOURCE_POLICY_TYPES = [
  AWS_TYPES.bucketPolicy,
  AWS_TYPES.keyPolicy,
  AWS_TYPES.registryPolicy,
  AWS_TYPES.secretPolicy,
  AWS_TYPES.topicPolicy,
] as const;

/** The documents with the permissions of roles. */
export function identityPolicies(context: PolicyContext): readonly IamDocument[] {
  const inline = context.ofType(AWS_TYPES.role).flatMap((role) => role.at("inlinePolicies").items);
  return [...resourcesOfTypes(context, ...IDENTITY_POLICY_TYPES), ...inline].map((place) =>
    readDocument(place.at("policy")),
  );
}

/** The ARNs of the managed policies of roles, whose documents are not in the deployment. */
export function attachedPolicies(context: PolicyContext): readonly InputNode[] {
  return [
    ...context.ofType(AWS_TYPES.roleAttachment).map((attachment) => attachment.at("policyArn")),
    ...context.ofType(AWS_TYPES.role).flatMap((role) => role.at("managedPolicyArns").items),
  ];
}

/** The trust policies of roles. */
export function trustPolicies(context: PolicyContext): readonly IamDocument[] {
  return context.ofType(AWS_TYPES.role).map((role) => readDocument(role.at("assumeRolePolicy")));
}

/** The resource policies of buckets, keys, topics, image repositories and secrets. */
export function resourcePolicies(context: PolicyContext): readonly IamDocument[] {
  const own = resourcesOfTypes(context, ...RESOURCE_POLICY_TYPES).map((resource) => resource.at("policy"));
  // A key without a policy has the default policy, which is limited to the account.
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

/** Condition keys that do not depend on the caller, so they do not restrict access. */
const UNRESTRICTIVE_CONDITION_KEYS: ReadonlySet<string> = new Set(["aws:securetransport", "s3:tlsversion"]);

/** Condition keys with the account or organization of a caller. */
const ACCOUNT_CONDITION_KEYS: ReadonlySet<string> = new Set([
  "aws:principalaccount",
  "aws:principalorgid",
  "aws:sourceaccount",
  "aws:sourceowner",
  "kms:calleraccount",
]);

interface ConditionTest {
  readonly operator: string;
  /** In lower case, because IAM ignores the case here. */
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

/** Whether a condition excludes any callers. */
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
