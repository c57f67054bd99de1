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
}

/** A policy document of a resource: where it stands, and what it says; `undefined` where the text is no document. */
export interface IamDocument {
  readonly node: Node;
  readonly statements: readonly IamStatement[] | undefined;
}

/** Where each type of resource keeps its documents. */
const IDENTITY_POLICIES = [AWS.managedPolicy, AWS.rolePolicy] as const;

/** The documents that say what a role may do. */
export function identityPolicies(context: PolicyContext): readonly IamDocument[] {
  return ofTypes(context, ...IDENTITY_POLICIES).map((resource) => document(resource.at("policy")));
}

/** The documents that say who may take on a role. */
export function trustPolicies(context: PolicyContext): readonly IamDocument[] {
  return context.ofType(AWS.role).map((role) => document(role.at("assumeRolePolicy")));
}

/** The documents that say who may use a bucket. */
export function resourcePolicies(context: PolicyContext): readonly IamDocument[] {
  return context.ofType(AWS.bucketPolicy).map((policy) => document(policy.at("policy")));
}

function document(node: Node): IamDocument {
  const { text } = node;
  return { node, statements: text === undefined ? undefined : parse(text) };
}

function parse(text: string): readonly IamStatement[] | undefined {
  try {
    const { Statement: statements } = JSON.parse(text) as { Statement?: unknown };
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
    conditional: Condition !== undefined,
  };
}

function principalsOf(principal: unknown): readonly string[] {
  if (typeof principal !== "object" || principal === null) return texts(principal);
  return Object.values(principal).flatMap(texts);
}

const asList = (value: unknown): readonly unknown[] =>
  value === undefined ? [] : Array.isArray(value) ? value : [value];
const texts = (value: unknown): readonly string[] => asList(value).map(String);
