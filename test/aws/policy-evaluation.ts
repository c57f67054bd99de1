/** A statement of an IAM policy, as in a rendered document. */
export interface PolicyStatement {
  readonly Sid?: string;
  readonly Effect: "Allow" | "Deny";
  readonly Action?: string | readonly string[];
  readonly NotAction?: string | readonly string[];
  readonly Resource?: string | readonly string[];
  readonly NotResource?: string | readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
}

/** A request of one principal; the keys of the context are lower case, because IAM compares them without case. */
export interface PolicyRequest {
  readonly action: string;
  readonly resource: string;
  readonly context?: Readonly<Record<string, string>>;
}

/** The policies of a principal: identity policies and, if any, a permissions boundary. */
export interface PrincipalPolicies {
  readonly identity: readonly PolicyStatement[];
  readonly boundary?: readonly PolicyStatement[];
}

export type Decision = "allowed" | "explicitDeny" | "implicitDeny";

/**
 * Decides a request as IAM's policy simulator does within one account: an explicit Deny of any policy wins; otherwise the
 * identity policies and the boundary must each have an Allow.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
 */
export function decide(policies: PrincipalPolicies, request: PolicyRequest): Decision {
  const { identity, boundary } = policies;
  const applies = (statement: PolicyStatement) => statementApplies(statement, request);
  if ([...identity, ...(boundary ?? [])].some((found) => found.Effect === "Deny" && applies(found)))
    return "explicitDeny";
  const isAllowed = (statements: readonly PolicyStatement[]) =>
    statements.some((found) => found.Effect === "Allow" && applies(found));
  return isAllowed(identity) && (boundary === undefined || isAllowed(boundary)) ? "allowed" : "implicitDeny";
}

function statementApplies(statement: PolicyStatement, request: PolicyRequest): boolean {
  return (
    // Actions are compared without case, resources with case.
    matchesElement(statement.Action, statement.NotAction, request.action.toLowerCase(), true) &&
    matchesElement(statement.Resource, statement.NotResource, request.resource, false) &&
    conditionsHold(statement.Condition ?? {}, request.context ?? {})
  );
}

function matchesElement(
  positive: string | readonly string[] | undefined,
  negative: string | readonly string[] | undefined,
  value: string,
  ignoreCase: boolean,
): boolean {
  const matchesAny = (patterns: string | readonly string[]) =>
    [patterns]
      .flat()
      .some((pattern) => matchesWildcards(ignoreCase ? pattern.toLowerCase() : pattern, value));
  if (positive !== undefined) return matchesAny(positive);
  return negative !== undefined && !matchesAny(negative);
}

/** `*` matches any characters including `/` and `:`, `?` matches one. */
function matchesWildcards(pattern: string, value: string): boolean {
  const expression = pattern
    .replaceAll(/[.+^${}()|[\]\\]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  return new RegExp(`^${expression}$`, "s").test(value);
}

type Operator = (expected: string, actual: string) => boolean;

const OPERATORS: Readonly<Record<string, Operator>> = {
  StringEquals: (expected, actual) => expected === actual,
  StringLike: matchesWildcards,
  ArnLike: matchesWildcards,
  ArnEquals: matchesWildcards,
  Bool: (expected, actual) => expected.toLowerCase() === actual.toLowerCase(),
};

/** All operators and keys must hold; of a key's values, one is enough, and none may match for a negated operator. */
function conditionsHold(
  conditions: NonNullable<PolicyStatement["Condition"]>,
  context: Readonly<Record<string, string>>,
): boolean {
  return Object.entries(conditions).every(([name, keys]) => {
    const isNegated = name.includes("Not");
    const operator = OPERATORS[name.replace("Not", "")];
    if (operator === undefined) throw new Error(`The condition operator ${name} is not implemented.`);
    return Object.entries(keys).every(([key, values]) => {
      const actual = context[key.toLowerCase()];
      // A missing key fails a positive operator and satisfies a negated one.
      if (actual === undefined) return isNegated;
      const matches = [values].flat().some((expected) => operator(expected, actual));
      return matches !== isNegated;
    });
  });
}
