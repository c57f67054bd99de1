import { Role } from "@pulumi/aws/iam/role.js";
import type * as pulumi from "@pulumi/pulumi";
import type { AwsAccount } from "./aws-environment.ts";
import { permissionsBoundaryArn, rolePath } from "./iam-policy.ts";

interface DeploymentRoleArgs {
  readonly aws: AwsAccount;
  /** The prefix of every AWS name of the environment. */
  readonly clusterName: string;
  /** The suffix of the role name `<cluster name>-<purpose>`, which has at most 64 characters. */
  readonly purpose: string;
  readonly description: string;
  readonly trust: string;
}

/**
 * Creates an IAM role in the environment's path and with the permissions boundary. The pipelines may create, change and pass
 * no other roles.
 */
export function createDeploymentRole(
  name: string,
  { aws, clusterName, purpose, description, trust }: DeploymentRoleArgs,
  opts: pulumi.CustomResourceOptions,
): Role {
  return new Role(
    name,
    {
      name: `${clusterName}-${purpose}`,
      path: rolePath(clusterName),
      description,
      assumeRolePolicy: trust,
      permissionsBoundary: permissionsBoundaryArn(aws),
    },
    opts,
  );
}
