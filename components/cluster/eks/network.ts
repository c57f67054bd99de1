import { DefaultSecurityGroup } from "@pulumi/aws/ec2/defaultSecurityGroup.js";
import { InternetGateway } from "@pulumi/aws/ec2/internetGateway.js";
import { Route } from "@pulumi/aws/ec2/route.js";
import { RouteTable } from "@pulumi/aws/ec2/routeTable.js";
import { RouteTableAssociation } from "@pulumi/aws/ec2/routeTableAssociation.js";
import { Subnet } from "@pulumi/aws/ec2/subnet.js";
import { Vpc } from "@pulumi/aws/ec2/vpc.js";
import * as pulumi from "@pulumi/pulumi";
import type { AwsAccount } from "../../shared/aws/aws-environment.ts";
import {
  calculateSubnetPlan,
  SUBNET_TIERS,
  type SubnetPlan,
  type SubnetTier,
} from "../../shared/aws/subnet-plan.ts";
import type { Environment } from "../../shared/environments.ts";
import { createFlowLogs } from "./flow-logs.ts";
import { createNatGateway, type NatMode } from "./nat-gateway.ts";
import { createVpcEndpoints } from "./vpc-endpoints.ts";

interface NetworkArgs {
  readonly environment: Environment;
  readonly clusterName: string;
  readonly aws: AwsAccount;
  readonly cidr: string;
  readonly zones: readonly string[];
  readonly nat: NatMode;
  readonly interfaceEndpoints: readonly string[];
  readonly logRetentionDays: number;
  readonly logKeyArn: pulumi.Input<string>;
}

const ANY_IPV4_CIDR = "0.0.0.0/0";

/** The tags by which EKS finds the subnets for internet-facing and for internal load balancers. */
const SUBNET_ROLE_TAGS: Readonly<Record<SubnetTier, Readonly<Record<string, string>>>> = {
  public: { "kubernetes.io/role/elb": "1" },
  private: { "kubernetes.io/role/internal-elb": "1" },
  isolated: {},
};

/** A VPC with three subnets per zone: for load balancers, nodes and databases. */
export class Network extends pulumi.ComponentResource {
  readonly vpcId: pulumi.Output<string>;
  readonly plan: SubnetPlan;
  readonly subnetIds: Readonly<Record<SubnetTier, readonly pulumi.Output<string>[]>>;

  readonly #args: NetworkArgs;

  constructor(name: string, args: NetworkArgs, opts?: pulumi.ComponentResourceOptions) {
    super("spacetime-vr:cluster:Network", name, {}, opts);
    this.#args = args;
    this.plan = calculateSubnetPlan(args.cidr, args.zones);
    const vpc = this.#vpc(name);
    this.vpcId = vpc.id;
    const tiers = Object.fromEntries(
      SUBNET_TIERS.map((tier) => [tier, this.#tier(name, tier, vpc)]),
    ) as unknown as Record<SubnetTier, TierResources>;
    this.subnetIds = Object.fromEntries(
      SUBNET_TIERS.map((tier) => [tier, tiers[tier].subnets.map(({ id }) => id)]),
    ) as unknown as Record<SubnetTier, pulumi.Output<string>[]>;

    const gateway = new InternetGateway(
      `${name}-internet`,
      { vpcId: vpc.id, tags: this.#nameTag("internet") },
      { parent: this },
    );
    const out = new Route(
      `${name}-public-out`,
      { routeTableId: tiers.public.table.id, destinationCidrBlock: ANY_IPV4_CIDR, gatewayId: gateway.id },
      { parent: this },
    );
    const nat = createNatGateway(
      `${name}-nat`,
      { mode: args.nat, vpcId: vpc.id, publicSubnets: tiers.public.subnets, tags: this.#nameTag("nat") },
      // Creating a NAT gateway fails without an internet gateway.
      { parent: this, dependsOn: [gateway, out] },
    );
    new Route(
      `${name}-private-out`,
      { routeTableId: tiers.private.table.id, destinationCidrBlock: ANY_IPV4_CIDR, natGatewayId: nat.id },
      { parent: this },
    );
    createVpcEndpoints(
      name,
      {
        clusterName: args.clusterName,
        region: args.aws.region,
        vpcId: vpc.id,
        clientCidrs: this.plan.map((zone) => zone.private),
        subnetIds: this.subnetIds.private,
        routeTableIds: [tiers.private.table.id, tiers.isolated.table.id],
        services: args.interfaceEndpoints,
      },
      this,
    );
    createFlowLogs(`${name}-flow-logs`, { ...args, vpcId: vpc.id }, this);
    this.registerOutputs({ vpcId: this.vpcId, plan: this.plan, subnetIds: this.subnetIds });
  }

  #nameTag(what: string): Record<string, string> {
    return { Name: `${this.#args.clusterName}-${what}` };
  }

  #vpc(name: string): Vpc {
    const vpc = new Vpc(
      `${name}-vpc`,
      {
        cidrBlock: this.#args.cidr,
        // Only the DNS of the VPC resolves the names of the private API endpoint and of the interface endpoints.
        enableDnsSupport: true,
        enableDnsHostnames: true,
        tags: { Name: this.#args.clusterName },
      },
      { parent: this, protect: this.#args.environment === "production" },
    );
    // Resources without a security group use the default one, so it has no rules.
    new DefaultSecurityGroup(
      `${name}-default-group`,
      { vpcId: vpc.id, ingress: [], egress: [], tags: this.#nameTag("default-closed") },
      { parent: this },
    );
    return vpc;
  }

  /** The subnets of a tier and their route table. */
  #tier(name: string, tier: SubnetTier, vpc: Vpc): TierResources {
    const table = new RouteTable(
      `${name}-${tier}-routes`,
      { vpcId: vpc.id, tags: this.#nameTag(tier) },
      { parent: this },
    );
    const subnets = this.plan.map((planned) => {
      const { zone } = planned;
      const subnet = new Subnet(
        `${name}-${tier}-${zone}`,
        {
          vpcId: vpc.id,
          availabilityZone: zone,
          cidrBlock: planned[tier],
          // Load balancers have their own addresses; no other resource in the subnet should get a public one.
          mapPublicIpOnLaunch: false,
          tags: { ...this.#nameTag(`${tier}-${zone}`), ...SUBNET_ROLE_TAGS[tier] },
        },
        { parent: this },
      );
      new RouteTableAssociation(
        `${name}-${tier}-${zone}-routes`,
        { subnetId: subnet.id, routeTableId: table.id },
        { parent: this },
      );
      return subnet;
    });
    return { table, subnets };
  }
}

interface TierResources {
  readonly table: RouteTable;
  readonly subnets: readonly Subnet[];
}
