import { SecurityGroup } from "@pulumi/aws/ec2/securityGroup.js";
import { VpcEndpoint } from "@pulumi/aws/ec2/vpcEndpoint.js";
import { SecurityGroupIngressRule } from "@pulumi/aws/vpc/securityGroupIngressRule.js";
import type * as pulumi from "@pulumi/pulumi";

interface VpcEndpointsArgs {
  readonly clusterName: string;
  readonly region: string;
  readonly vpcId: pulumi.Input<string>;
  /** The CIDR blocks of the private subnets, which are the clients. */
  readonly clientCidrs: readonly string[];
  readonly subnetIds: readonly pulumi.Input<string>[];
  readonly routeTableIds: readonly pulumi.Input<string>[];
  /** The last part of each service's name, such as `ecr.api`. */
  readonly services: readonly string[];
}

const HTTPS_PORT = 443;

/**
 * Endpoints for AWS services, which bypass NAT. The S3 gateway endpoint, for image layers and backups, is free; interface
 * endpoints are billed per hour and zone, so the stack file lists those that are worth it.
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
        // The public DNS name of the service resolves to the endpoint, so clients need no configuration.
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
