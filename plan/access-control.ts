import { parseJson } from "../components/shared/parse-json.ts";
import type { Json, JsonObject, Plan, PlannedResource } from "./plan.ts";

/** A permission of a subject, in the terms of the system that grants it. */
export interface Grant {
  readonly system: "EKS" | "Kubernetes" | "IAM";
  /** Who has it: a ServiceAccount, a group, an IAM role or an AWS service. */
  readonly subject: string;
  /** Where: a namespace, the cluster, or the resources of an IAM statement. */
  readonly scope: string;
  readonly actions: string;
  /** Under which condition, if there is one. */
  readonly condition: string;
}

const RBAC = "kubernetes:rbac.authorization.k8s.io/v1:";

/** Everything that RBAC and IAM in a plan permit, sorted. */
export function listGrants(plan: Plan): readonly Grant[] {
  const grants = [...eksGrants(plan), ...kubernetesGrants(plan), ...iamGrants(plan)];
  return grants.sort((a, b) => sortKey(a).localeCompare(sortKey(b), "en"));
}

function sortKey({ system, subject, scope, actions }: Grant): string {
  return [system, subject, scope, actions].join("\0");
}

function eksGrants(plan: Plan): readonly Grant[] {
  const groups = ofType(plan, "aws:eks/accessEntry:AccessEntry").flatMap((entry) =>
    strings(entry.inputs.kubernetesGroups).map(
      (group): Grant => ({
        system: "EKS",
        subject: text(entry.inputs.principalArn),
        scope: "cluster",
        actions: `group ${group}`,
        condition: "",
      }),
    ),
  );
  const policies = ofType(plan, "aws:eks/accessPolicyAssociation:AccessPolicyAssociation").map(
    ({ inputs }): Grant => ({
      system: "EKS",
      subject: text(inputs.principalArn),
      scope: text(object(inputs.accessScope).type),
      actions: text(inputs.policyArn).split("/").at(-1) ?? "",
      condition: "",
    }),
  );
  return [...groups, ...policies];
}

function kubernetesGrants(plan: Plan): readonly Grant[] {
  const roles = new Map(
    [...ofType(plan, `${RBAC}Role`), ...ofType(plan, `${RBAC}ClusterRole`)].map((role) => [
      roleKey(role.inputs),
      role,
    ]),
  );
  const bindings = [...ofType(plan, `${RBAC}RoleBinding`), ...ofType(plan, `${RBAC}ClusterRoleBinding`)];
  return bindings.flatMap(({ inputs }) => {
    const reference = object(inputs.roleRef);
    const namespace = text(object(inputs.metadata).namespace);
    const isClusterRole = text(reference.kind) === "ClusterRole";
    const role = roles.get(`${isClusterRole ? "" : namespace}/${text(reference.name)}`);
    const rules = role === undefined ? [] : objects(role.inputs.rules);
    return objects(inputs.subjects).flatMap((subject) =>
      rules.map(
        (rule): Grant => ({
          system: "Kubernetes",
          subject: subjectName(subject),
          scope: namespace === "" ? "cluster" : namespace,
          actions: `${strings(rule.verbs).join(", ")}: ${[...strings(rule.resources), ...strings(rule.nonResourceURLs)].join(", ")}`,
          condition: "",
        }),
      ),
    );
  });
}

function roleKey(inputs: JsonObject): string {
  const { namespace, name } = object(inputs.metadata);
  return `${text(namespace)}/${text(name)}`;
}

function subjectName({ kind, namespace, name }: JsonObject): string {
  return kind === "ServiceAccount" ? `${text(namespace)}/${text(name)}` : `${text(kind)} ${text(name)}`;
}

function iamGrants(plan: Plan): readonly Grant[] {
  const roles = ofType(plan, "aws:iam/role:Role");
  return roles.flatMap((role) => {
    const subject = iamSubject(plan, role);
    const isOfRole = ({ inputs }: PlannedResource) =>
      [text(role.inputs.name), `generated:${role.name}.id`, `generated:${role.name}.name`].includes(
        text(inputs.role),
      );
    const own = ofType(plan, "aws:iam/rolePolicy:RolePolicy").filter(isOfRole);
    const attached = ofType(plan, "aws:iam/rolePolicyAttachment:RolePolicyAttachment").filter(isOfRole);
    return [
      ...own.flatMap(({ inputs }) => statementGrants(subject, inputs.policy)),
      ...attached.map(
        ({ inputs }): Grant => ({
          system: "IAM",
          subject,
          scope: "as in the policy",
          actions: `AWS managed policy ${text(inputs.policyArn).split("/").at(-1)}`,
          condition: "",
        }),
      ),
    ];
  });
}

/** The pods or the AWS service that may assume a role. */
function iamSubject(plan: Plan, role: PlannedResource): string {
  const association = ofType(plan, "aws:eks/podIdentityAssociation:PodIdentityAssociation").find(
    ({ inputs }) => text(inputs.roleArn) === `generated:${role.name}.arn`,
  );
  if (association !== undefined) {
    return `pods of ${text(association.inputs.namespace)}/${text(association.inputs.serviceAccount)}`;
  }
  const [statement = {}] = statements(role.inputs.assumeRolePolicy);
  return `${text(object(statement.Principal).Service) || "AWS"} as ${text(role.inputs.name)}`;
}

function statementGrants(subject: string, policy: Json | undefined): readonly Grant[] {
  return statements(policy).map((statement) => ({
    system: "IAM",
    subject,
    scope: list(statement.Resource).join(", "),
    actions: `${text(statement.Effect) === "Deny" ? "denied: " : ""}${list(statement.Action).join(", ")}`,
    condition: Object.entries(object(statement.Condition))
      .flatMap(([operator, keys]) => Object.keys(object(keys)).map((key) => `${operator} ${key}`))
      .join(", "),
  }));
}

function statements(policy: Json | undefined): readonly JsonObject[] {
  const document = typeof policy === "string" ? (parseJson(policy) as Json | undefined) : policy;
  const { Statement: statement } = object(document);
  return Array.isArray(statement) ? objects(statement as Json) : [object(statement)];
}

function ofType(plan: Plan, type: string): readonly PlannedResource[] {
  return plan.resources.filter((resource) => resource.type === type);
}

function text(value: Json | undefined): string {
  return typeof value === "string" ? value : "";
}

function list(value: Json | undefined): readonly string[] {
  return typeof value === "string" ? [value] : strings(value);
}

function strings(value: Json | undefined): readonly string[] {
  return Array.isArray(value) ? value.filter((one): one is string => typeof one === "string") : [];
}

function objects(value: Json | undefined): readonly JsonObject[] {
  return Array.isArray(value) ? value.map((one: Json) => object(one)) : [];
}

function object(value: Json | undefined): JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as JsonObject) : {};
}
