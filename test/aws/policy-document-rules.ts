import type { Json, JsonObject, PlannedResource } from "../../plan/plan.ts";

/** What a policy document is attached to decides what its statements must say. */
type PolicyKind = "trust" | "identity" | "resource";

interface PolicyProperty {
  readonly property: string;
  readonly kind: PolicyKind;
  /** Characters at the most: IAM counts without white space; quotas of IAM, KMS, S3 and SNS. */
  readonly longest: number;
}

const POLICY_PROPERTIES: Readonly<Record<string, PolicyProperty>> = {
  "aws:iam/role:Role": { property: "assumeRolePolicy", kind: "trust", longest: 2048 },
  "aws:iam/rolePolicy:RolePolicy": { property: "policy", kind: "identity", longest: 10240 },
  "aws:kms/key:Key": { property: "policy", kind: "resource", longest: 32768 },
  "aws:s3/bucketPolicy:BucketPolicy": { property: "policy", kind: "resource", longest: 20480 },
  "aws:sns/topicPolicy:TopicPolicy": { property: "policy", kind: "resource", longest: 30720 },
};

const ACTION_PATTERN = /^[a-z0-9-]+:[A-Za-z0-9*]+$/;
const RESOURCE_PATTERN = /^(\*|arn:aws[a-z-]*:.+|generated:.+|\[unknown\])$/;

/** Errors in a policy document that IAM would reject. */
export function policyProblems({ type, inputs }: PlannedResource): string[] {
  const place = POLICY_PROPERTIES[type];
  const text = place && inputs[place.property];
  if (place === undefined || text === undefined) return [];
  if (typeof text !== "string") return [`${place.property} is not valid JSON`];
  // A document around a value that only the deployment knows is unknown as a whole.
  if (text === "[unknown]") return [];
  return documentProblems(text, place);
}

function documentProblems(text: string, { kind, longest }: PolicyProperty): string[] {
  let document: JsonObject;
  try {
    document = JSON.parse(text);
  } catch {
    return ["the policy is not well-formed JSON"];
  }
  const statements = document.Statement as readonly JsonObject[] | undefined;
  if (!Array.isArray(statements) || statements.length === 0) return ["the policy has no statements"];
  const sids = statements.map(({ Sid }) => Sid).filter((sid) => sid !== undefined);
  return [
    ...(document.Version === "2012-10-17"
      ? []
      : [`the policy's version is ${JSON.stringify(document.Version)}`]),
    ...(text.length <= longest
      ? []
      : [`the policy has ${text.length} characters, and ${longest} are the most`]),
    ...(new Set(sids).size === sids.length ? [] : ["two statements share a Sid"]),
    ...statements.flatMap((statement) => statementProblems(statement, kind)),
  ];
}

function toStringArray(value: Json | undefined): string[] {
  if (value === undefined) return [];
  return (Array.isArray(value) ? value : [value]).map(String);
}

const STATEMENT_KEYS = [
  "Sid",
  "Effect",
  "Principal",
  "Action",
  "NotAction",
  "Resource",
  "NotResource",
  "Condition",
];

function statementProblems(statement: JsonObject, kind: PolicyKind): string[] {
  const { Sid, Effect, Action, Condition } = statement;
  const name = typeof Sid === "string" ? Sid : JSON.stringify(Action);
  const isSid = Sid === undefined || /^[A-Za-z0-9]+$/.test(String(Sid));
  return [
    ...Object.keys(statement)
      .filter((key) => !STATEMENT_KEYS.includes(key))
      .map((key) => `knows no ${key}`),
    ...(isSid ? [] : ["a Sid has letters and digits alone"]),
    ...(Effect === "Allow" || Effect === "Deny" ? [] : ["needs Effect Allow or Deny"]),
    ...actionProblems(statement),
    ...(kind === "identity" ? [] : principalProblems(statement)),
    ...(kind === "identity" && statement.Principal !== undefined
      ? ["an identity's policy names no principal"]
      : []),
    ...resourceProblems(statement, kind),
    ...conditionProblems(Condition),
  ].map((why) => `statement ${name}: ${why}`);
}

function actionProblems({ Action, NotAction }: JsonObject): string[] {
  const actions = toStringArray(Action ?? NotAction);
  if (actions.length === 0) return ["has no action"];
  return actions
    .filter((action) => action !== "*" && !ACTION_PATTERN.test(action))
    .map((action) => `${action} is not a valid action`);
}

function principalProblems({ Principal }: JsonObject): string[] {
  return Principal === undefined ? ["needs a principal"] : [];
}

function resourceProblems({ Resource, NotResource }: JsonObject, kind: PolicyKind): string[] {
  const resources = toStringArray(Resource ?? NotResource);
  if (kind === "trust") return resources.length > 0 ? ["a trust policy names no resource"] : [];
  if (resources.length === 0) return ["needs a resource"];
  return resources
    .filter((resource) => !RESOURCE_PATTERN.test(resource))
    .map((resource) => `${resource} is not a valid resource`);
}

const CONDITION_OPERATOR =
  /^(For(All|Any)Values:)?(String(Not)?(Equals|Like)(IgnoreCase)?|Arn(Not)?(Equals|Like)|Numeric\w+|Date\w+|Bool|Null|(Not)?IpAddress|BinaryEquals)(IfExists)?$/;

function conditionProblems(condition: Json | undefined): string[] {
  if (condition === undefined) return [];
  return Object.entries(condition as JsonObject).flatMap(([operator, keys]) => [
    ...(CONDITION_OPERATOR.test(operator) ? [] : [`${operator} is not a valid condition operator`]),
    ...Object.keys(keys as JsonObject)
      .filter((key) => !/^[a-zA-Z0-9-]+:[A-Za-z0-9:/_.-]+$/.test(key))
      .map((key) => `${key} is not a valid condition key`),
  ]);
}
