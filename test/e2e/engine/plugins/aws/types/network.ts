import { type AwsType, blocking, ec2, hex, SECURITY_GROUP, SUBNET, text, VPC } from "./aws-type.ts";

/** The network of an environment. */
export const NETWORK_TYPES: Readonly<Record<string, AwsType>> = {
  "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": {
    ...ec2("sg", "SecurityGroup"),
    replacedBy: ["vpcId"],
    references: { vpcId: "vpc" },
  },
  "aws:ec2/eip:Eip": {
    ...ec2("eipalloc", "Address"),
    replacedBy: ["domain"],
    outputs: () => ({ publicIp: "203.0.113.10", allocationId: "" }),
  },
  "aws:ec2/flowLog:FlowLog": {
    ...ec2("fl", "FlowLogs"),
    replacedBy: [
      "vpcId",
      "trafficType",
      "logDestination",
      "logDestinationType",
      "iamRoleArn",
      "maxAggregationInterval",
    ],
    references: { vpcId: "vpc", logDestination: "logGroup", iamRoleArn: "roleArn" },
  },
  "aws:ec2/internetGateway:InternetGateway": {
    ...ec2("igw", "InternetGateway"),
    replacedBy: [],
    references: { vpcId: VPC },
  },
  "aws:ec2/natGateway:NatGateway": {
    ...ec2("nat", "NatGateway"),
    replacedBy: ["subnetId", "allocationId", "connectivityType", "availabilityMode", "vpcId"],
    references: {
      subnetId: SUBNET,
      vpcId: VPC,
      allocationId: {
        name: "address",
        blocks: [400, "InvalidIPAddress.InUse", "The address is in use by a NAT gateway."],
      },
    },
  },
  "aws:ec2/route:Route": {
    service: "EC2",
    noun: "Route",
    replacedBy: ["routeTableId", "destinationCidrBlock"],
    references: { routeTableId: "routeTable", gatewayId: "internetGateway", natGatewayId: "natGateway" },
    id: (inputs) => `r-${text(inputs.routeTableId)}${text(inputs.destinationCidrBlock)}`,
  },
  "aws:ec2/routeTable:RouteTable": {
    ...ec2("rtb", "RouteTable"),
    replacedBy: ["vpcId"],
    references: { vpcId: VPC },
  },
  "aws:ec2/routeTableAssociation:RouteTableAssociation": {
    ...ec2("rtbassoc", "RouteTable"),
    replacedBy: ["subnetId", "gatewayId"],
    references: { subnetId: SUBNET, routeTableId: blocking("routeTable", "routeTable") },
  },
  "aws:ec2/securityGroup:SecurityGroup": {
    ...ec2("sg", "SecurityGroup"),
    unique: ["name", "vpcId"],
    collision: (name) => [
      400,
      "InvalidGroup.Duplicate",
      `The security group '${name}' already exists for VPC`,
    ],
    replacedBy: ["name", "namePrefix", "description", "vpcId"],
    references: { vpcId: VPC },
  },
  "aws:ec2/subnet:Subnet": {
    ...ec2("subnet", "Subnet"),
    unique: ["vpcId", "cidrBlock"],
    collision: (name) => [400, "InvalidSubnet.Conflict", `The CIDR '${name}' conflicts with another subnet`],
    replacedBy: ["vpcId", "cidrBlock", "availabilityZone", "ipv6Native"],
    references: { vpcId: VPC },
  },
  "aws:ec2/vpc:Vpc": {
    ...ec2("vpc", "Vpc"),
    replacedBy: ["cidrBlock", "ipv4IpamPoolId"],
    outputs: () => ({ defaultSecurityGroupId: `sg-${hex(17)}` }),
  },
  "aws:ec2/vpcEndpoint:VpcEndpoint": {
    ...ec2("vpce", "VpcEndpoint"),
    replacedBy: ["vpcId", "serviceName", "vpcEndpointType"],
    references: {
      vpcId: VPC,
      subnetIds: SUBNET,
      securityGroupIds: SECURITY_GROUP,
      routeTableIds: "routeTable",
    },
  },
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": {
    ...ec2("sgr", "SecurityGroupIngress"),
    replacedBy: ["securityGroupId"],
    references: { securityGroupId: "securityGroup", referencedSecurityGroupId: SECURITY_GROUP },
  },
};
