import { SecurityGroup } from "@pulumi/aws/ec2/securityGroup.js";
import { VpcEndpoint } from "@pulumi/aws/ec2/vpcEndpoint.js";
import { SecurityGroupIngressRule } from "@pulumi/aws/vpc/securityGroupIngressRule.js";
import type * as pulumi from "@pulumi/pulumi";

export interface VpcEndpointsArgs {
  readonly clusterName: string;
  readonly region: string;
  readonly vpcId: pulumi.Input<string>;
  /** The ranges of the private subnets, whose pods and nodes call. */
  readonly clientCidrs: readonly string[];
  readonly subnetIds: readonly pulumi.Input<string>[];
  readonly routeTableIds: readonly pulumi.Input<string>[];
  /** The last part of each service's name, such as `ecr.api`. */
  readonly services: readonly string[];
}

const HTTPS_PORT = 443;

/**
 * Ways to AWS services that do not lead through NAT. S3's costs nothing and carries image layers and backups; an interface
 * endpoint costs by the hour and zone, so the stack file names those that pay off.
 */
export function createVpcEndpoints(name: string, args: VpcEndpointsArgs, parent: pulumi.Resource): void {
  const serviceName = (service: string) => `com.amazonaws.${args.region}.${service}`;
  const tags = (service: string) => ({ Name: `${args.clusterName}-${service}` });
  new VpcEndpoint(
    `${name}-endpoint-s3`,
    {
      vpcId: args.vpcId,
      vpcEndpointType: "Gateway",
      serviceName: serviceName("s3"),
      routeTableIds: [...args.routeTableIds],
      tags: tags("s3"),
    },
    { parent },
  );
  if (args.services.length === 0) return;
  const group = createEndpointSecurityGroup(name, args, parent);
  for (const service of args.services) {
    new VpcEndpoint(
      `${name}-endpoint-${service}`,
      {
        vpcId: args.vpcId,
        vpcEndpointType: "Interface",
        serviceName: serviceName(service),
        // The service's usual name leads to the endpoint, so no client has to know of it.
        privateDnsEnabled: true,
        subnetIds: [...args.subnetIds],
        securityGroupIds: [group.id],
        tags: tags(service),
      },
      { parent },
    );
  }
}

function createEndpointSecurityGroup(
  name: string,
  args: VpcEndpointsArgs,
  parent: pulumi.Resource,
): SecurityGroup {
  const group = new SecurityGroup(
    `${name}-endpoints`,
    {
      name: `${args.clusterName}-endpoints`,
      description: "Interface endpoints: HTTPS from nodes and pods",
      vpcId: args.vpcId,
      tags: { Name: `${args.clusterName}-endpoints` },
    },
    { parent },
  );
  args.clientCidrs.forEach((cidr, index) => {
    new SecurityGroupIngressRule(
      `${name}-endpoints-from-${index}`,
      {
        securityGroupId: group.id,
        description: "Nodes and pods of one zone",
        cidrIpv4: cidr,
        ipProtocol: "tcp",
        fromPort: HTTPS_PORT,
        toPort: HTTPS_PORT,
      },
      { parent },
    );
  });
  return group;
}
