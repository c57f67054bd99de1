import { resolveTemplate, type Template } from "./cloudformation-template.ts";
import type { PolicyStatement, PrincipalPolicies } from "./policy-evaluation.ts";

export const TEMPLATE_PATH = "bootstrap/state-and-roles.yaml";
export const ACCOUNT = "471112345678";

/** The parameters of a repository whose tokens have both forms of the subject. */
export const PARAMETERS: Readonly<Record<string, string>> = {
  Repository: "octo/game",
  RepositoryIds: "123456/456789",
  OperatorsArn: `arn:aws:iam::${ACCOUNT}:role/operators`,
  BreakGlassArn: `arn:aws:iam::${ACCOUNT}:role/break-glass`,
};

export function bootstrapTemplate(change: Readonly<Record<string, string>> = {}): Template {
  return resolveTemplate(TEMPLATE_PATH, { ...PARAMETERS, ...change });
}

/** The statements of a managed policy. */
export function policyStatements(template: Template, name: string): readonly PolicyStatement[] {
  return template.Resources[name]?.Properties.PolicyDocument.Statement;
}

/** The customer-managed and inline statements of a role; AWS' own policies are not in the template. */
export function rolePolicies(template: Template, role: string): PrincipalPolicies {
  const { Policies = [], ManagedPolicyArns = [] } = template.Resources[role]?.Properties ?? {};
  const deploys = ManagedPolicyArns.some((arn: string) => arn.endsWith(":policy/spacetime-vr-ci-deploy"));
  return {
    identity: [
      ...Policies.flatMap(
        ({ PolicyDocument }: { PolicyDocument: { Statement: PolicyStatement[] } }) =>
          PolicyDocument.Statement,
      ),
      ...(deploys ? policyStatements(template, "DeployPolicy") : []),
    ],
  };
}

/** The statements of a role's trust policy. */
export function trustStatements(template: Template, role: string): readonly PolicyStatement[] {
  return template.Resources[role]?.Properties.AssumeRolePolicyDocument.Statement;
}
