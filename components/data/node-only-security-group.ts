import { SecurityGroup } from "@pulumi/aws/ec2/securityGroup.js";
import { SecurityGroupIngressRule } from "@pulumi/aws/vpc/securityGroupIngressRule.js";
import type * as pulumi from "@pulumi/pulumi";
import type { AwsEnvironment } from "../shared/aws/aws-environment.ts";

interface NodeOnlySecurityGroupArgs {
  readonly aws: AwsEnvironment;
  readonly identifier: string;
  readonly description: string;
  readonly port: number;
}

/** A security group that only the nodes of the cluster reach, on one port. No egress rules: a data store opens no connections. */
export function createNodeOnlySecurityGroup(
  name: string,
  { aws, identifier, description, port }: NodeOnlySecurityGroupArgs,
  parent: pulumi.Resource,
): SecurityGroup {
  const group = new SecurityGroup(
    `${name}-security-group`,
    { name: identifier, description, vpcId: aws.network.vpcId, tags: { Name: identifier } },
    { parent },
  );
  new SecurityGroupIngressRule(
    `${name}-from-nodes`,
    {
      securityGroupId: group.id,
      referencedSecurityGroupId: aws.network.nodeSecurityGroupId,
      ipProtocol: "tcp",
      fromPort: port,
      toPort: port,
      description: "Pods of the cluster",
    },
    { parent },
  );
  return group;
}
