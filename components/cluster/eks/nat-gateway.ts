import { Eip } from "@pulumi/aws/ec2/eip.js";
import { NatGateway } from "@pulumi/aws/ec2/natGateway.js";
import type { Subnet } from "@pulumi/aws/ec2/subnet.js";
import type * as pulumi from "@pulumi/pulumi";

/**
 * `zonal-single`: one gateway in the first zone, whose loss takes the way out of all; cheap, for staging. `regional`: one
 * gateway that AWS spreads over every zone in which nodes stand, so no zone hangs on another.
 */
export type NatMode = "zonal-single" | "regional";

export interface NatGatewayArgs {
  readonly mode: NatMode;
  readonly vpcId: pulumi.Input<string>;
  readonly publicSubnets: readonly Subnet[];
  readonly tags: Readonly<Record<string, string>>;
}

/** The way out of the private subnets. */
export function createNatGateway(
  name: string,
  args: NatGatewayArgs,
  opts: pulumi.CustomResourceOptions,
): NatGateway {
  const tags = { ...args.tags };
  switch (args.mode) {
    case "zonal-single": {
      const [first] = args.publicSubnets;
      if (first === undefined)
        throw new Error(`NAT gateway ${name} requires a public subnet, but none was passed.`);
      const address = new Eip(`${name}-address`, { domain: "vpc", tags }, opts);
      return new NatGateway(name, { allocationId: address.id, subnetId: first.id, tags }, opts);
    }
    case "regional":
      // A regional gateway has no subnet or address: AWS adds both for each zone with nodes.
      return new NatGateway(
        name,
        { availabilityMode: "regional", connectivityType: "public", vpcId: args.vpcId, tags },
        opts,
      );
    default: {
      const exhaustive: never = args.mode;
      return exhaustive;
    }
  }
}
